"""Tasks of the smaller kinds: the template that each gives."""

from typing import Any

from yamlflow.components import sanitize
from yamlflow.pipeline.contents import APPROVED, Approve, Http, Sleep
from yamlflow.pipeline.durations import go_duration, parse_duration
from yamlflow.pipeline.model import Input, Task, Value
from yamlflow.pipeline.options import Source
from yamlflow.render.level import Level
from yamlflow.render.objects import Built, built_object
from yamlflow.render.passing import Passing
from yamlflow.source import Scalar
from yamlflow.types import constant_text


def built(task: Task, level: Level) -> Built:
    """Return the parts of the template of a task."""
    content = task.content
    if isinstance(content, Approve):
        return _approve(content, level)
    if isinstance(content, Sleep):
        return _sleep(content, level)
    if isinstance(content, Http):
        return _http(content, level)
    return built_object(task, level)


def _approve(content: Approve, level: Level) -> Built:
    passing = Passing(level, {APPROVED, *(sanitize(name) for name in content.inputs)})
    asked = [*([_answer(content, passing)] if content.gate else []), *map(_asked, content.inputs.values())]
    suspend = {} if content.timeout is None else {"duration": go_duration(content.timeout)}
    outputs = [{"name": one["name"], "valueFrom": {"supplied": {}}} for one in asked]
    return Built([*asked, *passing.parameters], outputs, {"suspend": suspend}, passing.arguments)


def _answer(content: Approve, passing: Passing) -> dict[str, Any]:
    answer: dict[str, Any] = {"name": APPROVED, "default": "false", "enum": ["false", "true"]}
    if content.message is not None:
        answer["description"] = passing.text("message", content.message)
    return answer


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


def _sleep(content: Sleep, level: Level) -> Built:
    passing = Passing(level, set())
    text = passing.text("duration", content.duration)
    seconds = parse_duration(text) if content.duration.parts is None else None
    suspend = {"suspend": {"duration": text if seconds is None else go_duration(seconds)}}
    return Built(passing.parameters, [], suspend, passing.arguments)


def _http(content: Http, level: Level) -> Built:
    passing = Passing(level, set())
    found: dict[str, Any] = {}
    if content.method is not None:
        found["method"] = passing.text("method", content.method)
    found["url"] = passing.text("url", content.url)
    headers = [_header(name, item, passing) for name, item in content.headers.items()]
    if headers:
        found["headers"] = headers
    if content.body is not None:
        found["body"] = passing.text("body", content.body)
    if content.timeout is not None:
        found["timeoutSeconds"] = content.timeout
    if content.success:
        found["successCondition"] = content.success
    if content.insecure:
        found["insecureSkipVerify"] = True
    return Built(passing.parameters, [], {"http": found}, passing.arguments)


def _header(name: str, item: Value | Source, passing: Passing) -> dict[str, Any]:
    if isinstance(item, Source):
        return {"name": name, "valueFrom": {"secretKeyRef": {"name": item.name, "key": item.key}}}
    return {"name": name, "value": passing.text(f"header-{sanitize(name)}", item)}
