"""Parsing tasks of the smaller kinds, one function for each."""

from yamlflow.pipeline.contents import APPROVED, Approve, Sleep
from yamlflow.pipeline.model import Content, Task
from yamlflow.pipeline.parse_inputs import parse_inputs
from yamlflow.pipeline.parse_options import duration, fields, parse_value
from yamlflow.source.fields import Fields


def parse_content(task: Task, found: Fields) -> Content | None:
    """Parse what a task of such a kind does; None when it cannot be read."""
    if task.kind == "approve":
        return _approve(task, found)
    if task.kind == "sleep":
        return _sleep(found)
    return None


def _approve(task: Task, found: Fields) -> Content | None:
    node = found.mapping("approve", "a mapping {message, inputs, timeout}")
    if node is None:
        return None
    if "foreach" in task.node:
        found.sink.error(
            "misplaced-key",
            "`approve` cannot be looped: what comes after it would not know whose answer counts",
            task.node.key_span("foreach"),
            "loop over a group that holds it",
        )
    inner = fields(node, found.sink, f"`approve` of {found.what}", "approve")
    message = inner.text("message")
    inputs = parse_inputs(inner, found.what)
    if APPROVED in inputs:
        found.sink.error("duplicate-name", f"`{APPROVED}` is the answer itself", inputs[APPROVED].span)
    timeout = duration(inner.text("timeout"), f"`timeout` of {inner.what}", found.sink)
    return Approve(parse_value(message, found.sink) if message is not None else None, inputs, timeout)


def _sleep(found: Fields) -> Content | None:
    node = found.text("sleep", "a time")
    if node is None:
        return None
    value = parse_value(node, found.sink)
    if value.parts is None:
        duration(node, f"`sleep` of {found.what}", found.sink)
    return Sleep(value)
