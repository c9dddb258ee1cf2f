"""`data`: the keys of a place for artifacts, chosen and changed by expressions."""

from yamlflow.engine import pods
from yamlflow.engine.operator import Operator

OPERATOR = Operator(pods.start, pods.HANDLERS)
