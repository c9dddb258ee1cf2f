"""Loops."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.view import View

_LOOPS = ("withItems", "withParam", "withSequence")


def one_loop(view: View) -> Iterator[Finding]:
    """A step or task has one loop at most, and a sequence either a count or an end."""
    for call in view.calls:
        given = [key for key in _LOOPS if call.data.get(key)]
        if len(given) > 1:
            message = f"{call.title} has both `{given[0]}` and `{given[1]}`"
            yield Finding("invalid-value", message, (*call.path, given[1]), key=True)
        sequence = call.data.get("withSequence") or {}
        if not sequence:
            continue
        path = (*call.path, "withSequence")
        if "count" in sequence and "end" in sequence:
            yield Finding("invalid-value", "`withSequence` has both `count` and `end`", (*path, "end"), key=True)
        elif "count" not in sequence and "end" not in sequence:
            yield Finding("missing-key", "`withSequence` needs a `count` or an `end`", path)
