"""What an operator is."""

from collections.abc import Callable
from typing import Any, NamedTuple

from yamlflow.engine.node import Node
from yamlflow.engine.run import Call, Run
from yamlflow.engine.templates import TemplateDict


class Handler(NamedTuple):
    """What goes on with the nodes of one type. `wake` must do no harm when nothing is to be done."""

    child_over: Callable[[Run, Node, Node], None]
    wake: Callable[[Run, Node], None]


def no_child(run: Run, node: Node, child: Node) -> None:
    """Do nothing: the node waits for no other one."""
    del run, node, child


def no_wake(run: Run, node: Node) -> None:
    """Do nothing: the node waits for no time."""
    del run, node


class Operator(NamedTuple):
    """How a kind of template is started, and the handlers of the types of nodes that it makes."""

    start: Callable[[Run, Call, TemplateDict, dict[str, Any] | None], Node]
    handlers: dict[str, Handler]
