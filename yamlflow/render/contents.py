"""Tasks of the smaller kinds: the template that each gives."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.pipeline.contents import APPROVED, Approve, Sleep
from yamlflow.pipeline.durations import go_duration, parse_duration
from yamlflow.pipeline.model import Input, Task
from yamlflow.render.level import Level, Template
from yamlflow.render.passing import Passing
from yamlflow.source import Scalar
from yamlflow.types import constant_text


def content_template(task: Task, level: Level) -> tuple[str, Template]:
    """Return the template's name and the task's arguments."""
    content = task.content
    if isinstance(content, Approve):
        body, passing = _approve(content, level)
    else:
        assert isinstance(content, Sleep)
        body, passing = _sleep(content, level)
    arguments = {"parameters": passing.arguments} if passing.arguments else {}
    return level.shared.templates.add(sanitize(task.name), task.path, body), arguments


def _approve(content: Approve, level: Level) -> tuple[Template, Passing]:
    names = {APPROVED, *(sanitize(name) for name in content.inputs)}
    passing = Passing(level, set(names))
    answer: dict[str, Any] = {"name": APPROVED, "default": "false", "enum": ["false", "true"]}
    if content.message is not None:
        answer["description"] = passing.text("message", content.message)
    asked = [answer, *map(_asked, content.inputs.values())]
    suspend = {} if content.timeout is None else {"duration": go_duration(content.timeout)}
    outputs = [{"name": one["name"], "valueFrom": {"supplied": {}}} for one in asked]
    inputs = {"parameters": [*asked, *passing.parameters]}
    return {"inputs": inputs, "outputs": {"parameters": outputs}, "suspend": suspend}, passing


def _asked(item: Input) -> dict[str, Any]:
    """Return what a person may fill in; it has a default, so that silence ends the waiting and is no error."""
    default = item.default
    text = "" if default is None else constant_text(default.value if isinstance(default, Scalar) else default.data())
    found: dict[str, Any] = {"name": sanitize(item.name), "default": text}
    if item.limits.enum:
        found["enum"] = list(item.limits.enum) if default is not None else ["", *item.limits.enum]
    if item.description:
        found["description"] = item.description
    return found


def _sleep(content: Sleep, level: Level) -> tuple[Template, Passing]:
    passing = Passing(level, set())
    text = passing.text("duration", content.duration)
    seconds = parse_duration(text) if content.duration.parts is None else None
    body: Template = {"inputs": {"parameters": passing.parameters}} if passing.parameters else {}
    return body | {"suspend": {"duration": text if seconds is None else go_duration(seconds)}}, passing
