"""What the engine must know to list the keys of a place for a `data` template."""

from typing import Any, NamedTuple

from yamlflow.engine.node import Node
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.pods import pod_scope
from yamlflow.engine.run import Run
from yamlflow.engine.scope import fill_data
from yamlflow.engine.state import State


class Listing(NamedTuple):
    """A place, and what is made of the list of its keys, one expression after the other."""

    node: str
    place: dict[str, Any] | None
    expressions: tuple[str, ...]


def listing_of(state: State, node: Node, now: float) -> Listing:
    """Return the listing of a node; SubstitutionError when it cannot be filled in."""
    run = Run(state, now)
    filled = fill_data(template_of(run, node)["data"], pod_scope(run, node))
    steps = filled.get("transformation") or []
    place = (filled.get("source") or {}).get("artifactPaths")
    return Listing(node.id, place, tuple(str(step.get("expression") or "") for step in steps))
