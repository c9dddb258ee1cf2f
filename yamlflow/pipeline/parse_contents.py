"""Parsing tasks of the smaller kinds, one function for each."""

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.container_set import parse_container_set
from yamlflow.pipeline.contents import (
    APPROVED,
    Approve,
    Content,
    Http,
    NewVolume,
    Resource,
    Sleep,
    Snapshot,
    TemplateReference,
)
from yamlflow.pipeline.keys import KEYS
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.options import Defaults, Source
from yamlflow.pipeline.parse_inputs import parse_inputs
from yamlflow.pipeline.parse_options import duration, fields, parse_source, parse_value
from yamlflow.pipeline.parse_volumes import parse_modes, parse_size
from yamlflow.pipeline.structure import parse_structure
from yamlflow.source import Mapping, Scalar, Sequence
from yamlflow.source.fields import Fields, as_mapping, as_text, wrong_kind

_ACTIONS = ("create", "apply", "replace", "patch", "get", "delete")
_OF_TEMPLATE = dict.fromkeys(("name", "template"), "ref: NAME/TEMPLATE")
_MERGES = ("strategic", "merge", "json")


def parse_content(task: Task, found: Fields, defaults: Defaults) -> Content | None:
    """Parse what a task of such a kind does; None when it cannot be read."""
    if task.kind == "containerSet":
        return parse_container_set(task, found, defaults, printed_output(task, found.sink))
    if task.kind in ("approve", "pause"):
        return _approve(task, found)
    if task.kind == "sleep":
        return _sleep(found)
    if task.kind == "resource":
        return _resource(found)
    if task.kind == "volume":
        return _volume(found)
    if task.kind == "snapshot":
        return _snapshot(found)
    return _http(found) if task.kind == "http" else _template(found)


def printed_output(task: Task, sink: Sink) -> str | None:
    """Return the output of a task that is what its program prints."""
    stdout = None
    listed = task.node.get("outputs")
    for item in listed.items if isinstance(listed, Sequence) else ():
        flag = item.get("stdout") if isinstance(item, Mapping) else None
        name = item.get("name") if isinstance(item, Mapping) else None
        if isinstance(flag, Scalar) and flag.data() is True and isinstance(name, Scalar):
            if stdout is not None:
                sink.error("duplicate-name", "only one output can be the standard output", flag.span)
            stdout = name.value
    return stdout


def _volume(found: Fields) -> Content | None:
    node = found.mapping("volume", "a mapping {size, modes, storageClass, ...}")
    if node is None:
        return None
    inner = fields(node, found.sink, f"`volume` of {found.what}", "newVolume")
    size, storage, snapshot = inner.text("size"), inner.text("storageClass"), inner.text("fromSnapshot")
    if size is None:
        return None
    volume = NewVolume(
        parse_size(size, found.sink), parse_modes(inner), storage.value if storage else "", inner.flag("keep")
    )
    volume.snapshot = parse_value(snapshot, found.sink) if snapshot else None
    return volume


def _snapshot(found: Fields) -> Content | None:
    node = found.mapping("snapshot", "a mapping {of, class}")
    if node is None:
        return None
    inner = fields(node, found.sink, f"`snapshot` of {found.what}", "snapshot")
    of, kind = inner.text("of"), inner.text("class")
    keep = "keep" not in node or inner.flag("keep")
    return Snapshot(parse_value(of, found.sink), kind.value if kind else "", keep) if of is not None else None


def _approve(task: Task, found: Fields) -> Content | None:
    keys = KEYS[task.kind] if task.asks else KEYS[task.kind][::-1]
    node = found.mapping(task.kind, f"a mapping {{{', '.join(keys)}}}")
    if node is None:
        return None
    if task.asks and "foreach" in task.node:
        found.sink.error(
            "misplaced-key",
            "`approve` cannot be looped: what comes after it would not know whose answer counts",
            task.node.key_span("foreach"),
            "loop over a group that holds it",
        )
    inner = fields(node, found.sink, f"`{task.kind}` of {found.what}", task.kind)
    message = inner.text("message")
    inputs = parse_inputs(inner, found.what)
    if task.asks and APPROVED in inputs:
        found.sink.error("duplicate-name", f"`{APPROVED}` is the answer itself", inputs[APPROVED].span)
    timeout = duration(inner.text("timeout"), f"`timeout` of {inner.what}", found.sink)
    asked = parse_value(message, found.sink) if message is not None else None
    return Approve(asked, inputs, timeout, gate=task.asks)


def _sleep(found: Fields) -> Content | None:
    node = found.text("sleep", "a time")
    if node is None:
        return None
    value = parse_value(node, found.sink)
    if value.parts is None:
        duration(node, f"`sleep` of {found.what}", found.sink)
    return Sleep(value)


def _resource(found: Fields) -> Content | None:
    node = found.mapping("resource", "a mapping {action, manifest, ...}")
    if node is None:
        return None
    inner = fields(node, found.sink, f"`resource` of {found.what}", "resource")
    action, manifest = inner.choice("action", _ACTIONS), inner.get("manifest")
    content = Resource(node, action.value if action else "", None)
    if isinstance(manifest, Scalar):
        content.file = inner.text("manifest", "the object, or the path of a file with it")
    elif manifest is not None:
        content.manifest = parse_structure(manifest, found.sink)
    success, failure = inner.text("successCondition"), inner.text("failureCondition")
    content.success = parse_value(success, found.sink) if success else None
    content.failure = parse_value(failure, found.sink) if failure else None
    flags = [as_text(item, f"`flags` of {inner.what}", found.sink) for item in inner.list("flags")]
    content.flags = [parse_value(flag, found.sink) for flag in flags if flag is not None]
    merge = inner.choice("mergeStrategy", _MERGES)
    content.merge = merge.value if merge else ""
    content.owned = inner.flag("setOwnerReference")
    return content


def _http(found: Fields) -> Content | None:
    node = found.mapping("http", "a mapping {url, method, headers, body, ...}")
    if node is None:
        return None
    inner = fields(node, found.sink, f"`http` of {found.what}", "http")
    headers: dict[str, Value | Source] = {}
    for entry in inner.entries("headers"):
        what = f"`{entry.key.value}` in `headers` of {inner.what}"
        if isinstance(entry.value, Scalar):
            headers[entry.key.value] = parse_value(entry.value, found.sink)
        elif isinstance(entry.value, Mapping):
            source = parse_source(entry.value, what, found.sink, "header", entry.key.value)
            if source is not None:
                headers[entry.key.value] = source
        else:
            wrong_kind(found.sink, entry.value, "text or {secret: {name, key}}", what)
    url, method, body = inner.text("url"), inner.text("method"), inner.text("body")
    success = inner.text("successCondition")
    if url is None:
        return None
    content = Http(parse_value(url, found.sink), headers)
    content.method = parse_value(method, found.sink) if method else None
    content.body = parse_value(body, found.sink) if body else None
    content.success = success.value if success else ""
    content.timeout = duration(inner.text("timeout"), f"`timeout` of {inner.what}", found.sink)
    content.insecure = inner.flag("insecureSkipVerify")
    return content


def _template(found: Fields) -> Content | None:
    node = as_mapping(
        found.get("template"), f"`template` of {found.what}", found.sink, "a mapping {ref: NAME/TEMPLATE}"
    )
    if node is None:
        return None
    inner = fields(node, found.sink, f"`template` of {found.what}", "templateReference", _OF_TEMPLATE)
    ref = inner.text("ref", "NAME/TEMPLATE")
    if ref is None:
        return None
    workflow, _, template = ref.value.partition("/")
    if not workflow or not template or "/" in template:
        found.sink.error("invalid-value", f"`{ref.value}` names no template", ref.span, "write NAME/TEMPLATE")
    return TemplateReference(workflow, template, inner.flag("clusterScope"))
