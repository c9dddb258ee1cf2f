"""Tasks of the smaller kinds: the template that each gives."""

from typing import Any, NamedTuple

from yamlflow.components import sanitize
from yamlflow.expressions.ast import Call, Name
from yamlflow.pipeline.contents import APPROVED, Approve, Http, Resource, Sleep
from yamlflow.pipeline.durations import go_duration, parse_duration
from yamlflow.pipeline.model import Input, Task, Value
from yamlflow.pipeline.options import Source
from yamlflow.render.level import Level, Template
from yamlflow.render.passing import Passing
from yamlflow.render.text import braced, chain, tag
from yamlflow.source import Mapping, Node, Scalar, Sequence, write_yaml
from yamlflow.types import constant_text


class Built(NamedTuple):
    """The parts of a template: what it takes in and hands out, its own fields, and the arguments for it."""

    parameters: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    fields: Template
    arguments: list[dict[str, Any]]


def built(task: Task, level: Level) -> Built:
    """Return the parts of the template of a task."""
    content = task.content
    if isinstance(content, Approve):
        return _approve(content, level)
    if isinstance(content, Sleep):
        return _sleep(content, level)
    if isinstance(content, Http):
        return _http(content, level)
    assert isinstance(content, Resource)
    return _resource(task, content, level)


def _approve(content: Approve, level: Level) -> Built:
    names = {APPROVED, *(sanitize(name) for name in content.inputs)}
    passing = Passing(level, set(names))
    answer: dict[str, Any] = {"name": APPROVED, "default": "false", "enum": ["false", "true"]}
    if content.message is not None:
        answer["description"] = passing.text("message", content.message)
    asked = [answer, *map(_asked, content.inputs.values())]
    suspend = {} if content.timeout is None else {"duration": go_duration(content.timeout)}
    outputs = [{"name": one["name"], "valueFrom": {"supplied": {}}} for one in asked]
    return Built([*asked, *passing.parameters], outputs, {"suspend": suspend}, passing.arguments)


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


def _resource(task: Task, content: Resource, level: Level) -> Built:
    passing = Passing(level, set())
    found: dict[str, Any] = {"action": content.action}
    if content.owned:
        found["setOwnerReference"] = True
    if content.merge:
        found["mergeStrategy"] = content.merge
    if content.manifest is not None:
        found["manifest"] = _manifest(content, passing)
    for key, condition in (("successCondition", content.success), ("failureCondition", content.failure)):
        if condition is not None:
            found[key] = passing.text("condition", condition)
    if content.flags:
        found["flags"] = content.flags
    outputs: list[dict[str, Any]] = []
    demand = level.shared.demand
    for output, (key, where) in content.paths.items():
        if output in ("name", "manifest") and not demand.of(task, output):
            continue
        entry: dict[str, Any] = {"name": sanitize(output)}
        if (task, output) in demand.at_exit:
            entry["globalName"] = f"{task.name}-{sanitize(output)}"
        outputs.append(entry | {"valueFrom": {key: where}})
    return Built(passing.parameters, outputs, {"resource": found}, passing.arguments)


def _manifest(content: Resource, passing: Passing) -> str:
    """Return the object as YAML in which each expression stands as a tag that yields JSON, and so one value."""
    assert content.manifest is not None
    tags: dict[str, str] = {}
    marks: dict[int, str] = {}
    for number, (scalar, value) in enumerate(content.filled):
        name = passing.hand("value", passing.level.text(value))
        kind = value.type.name if value.type is not None and value.whole is not None else ""
        mark = f"yamlflow-value-{number}-"
        raw = kind in ("Integer", "Float", "Bool", "List", "JsonArray", "Dict", "JsonObject")
        tags[mark] = tag(name) if raw else braced(Call(Name("toJson"), (chain(name),)))
        marks[id(scalar)] = mark
    text = write_yaml(_marked(content.manifest, marks))
    for mark, written in tags.items():
        text = text.replace(mark, written)
    return text


def _marked(node: Node, marks: dict[int, str]) -> object:
    """Return plain data with a mark for each expression."""
    if isinstance(node, Mapping):
        return {entry.key.value: _marked(entry.value, marks) for entry in node}
    if isinstance(node, Sequence):
        return [_marked(item, marks) for item in node.items]
    return marks.get(id(node)) or node.data()
