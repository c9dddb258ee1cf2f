"""`http`: a request that the engine makes itself."""

from typing import Any

from yamlflow.engine import pods
from yamlflow.engine.node import HTTP, Node
from yamlflow.engine.operator import Operator
from yamlflow.engine.run import Call, Run
from yamlflow.engine.templates import TemplateDict


def _start(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None) -> Node:
    return pods.start(run, call, template, inputs, kind=HTTP)


OPERATOR = Operator(_start, {HTTP: pods.HANDLERS[HTTP]})
