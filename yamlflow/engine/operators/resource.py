"""`resource`: an object of Kubernetes that is made, changed, read or waited for."""

from yamlflow.engine import pods
from yamlflow.engine.operator import Operator

OPERATOR = Operator(pods.start, pods.HANDLERS)
