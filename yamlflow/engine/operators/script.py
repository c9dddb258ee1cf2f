"""`script`: a program that gets a file with the template's source, run as a pod."""

from yamlflow.engine import pods
from yamlflow.engine.operator import Operator

OPERATOR = Operator(pods.start, pods.HANDLERS)
