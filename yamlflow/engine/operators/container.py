"""`container`: a program, run as a pod."""

from yamlflow.engine import pods
from yamlflow.engine.operator import Operator

OPERATOR = Operator(pods.start, pods.HANDLERS)
