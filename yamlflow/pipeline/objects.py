"""Objects of Kubernetes that tasks make: read from their files, and checked as far as kubectl would refuse them."""

import os

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.contents import Resource
from yamlflow.pipeline.model import Task
from yamlflow.pipeline.structure import parse_structure
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import as_mapping, place
from yamlflow.source.reader import read_file

_NAMED = ("apply", "replace", "patch", "get", "delete")
_BY_FLAGS = ("get", "delete")


def load_object(content: Resource, base: str, sink: Sink) -> None:
    """Read the object of a task from its file, whose path is relative to the folder `base`."""
    file = content.file
    if file is None:
        return
    if "\n" in file.value or "${{" in file.value or not file.value.strip():
        message = "`manifest` is an object, or the path of a file with it, not its text"
        sink.error("wrong-kind", message, place(file), "write the object as YAML, without `|` or quotes")
        return
    path = os.path.normpath(os.path.join(base, file.value))
    if not os.path.exists(path):
        sink.files.add(path)
        sink.error("file-not-found", f"there is no file `{path}`", place(file))
        return
    node = read_file(path, sink)
    if isinstance(node, (Mapping, Sequence)):
        content.manifest = parse_structure(node, sink)
    elif node is not None:
        as_mapping(node, f"the object in `{path}`", sink)


def check_object(task: Task, content: Resource, sink: Sink) -> None:
    """Report what keeps an object from being made, found or changed."""
    node = content.manifest.node if content.manifest is not None else None
    resource, what = content.node, f"`resource` of task `{task.name}`"
    if node is None and content.file is None and "action" in resource:
        if content.action not in _BY_FLAGS:
            sink.error("missing-key", f"{what} needs the key `manifest`", place(resource))
        elif not content.flags:
            sink.error(
                "missing-key", f"{what} needs the key `manifest`, or `flags` that name an object", place(resource)
            )
    if content.merge and content.action != "patch":
        message = f"`mergeStrategy` belongs to the action `patch`, not to `{content.action}`"
        sink.error("misplaced-key", message, resource.key_span("mergeStrategy"))
    if content.action == "delete":
        for key in ("successCondition", "failureCondition", "setOwnerReference"):
            if key in resource:
                message = f"`{key}` cannot be given to the action `delete`: nothing is left to look at"
                sink.error("misplaced-key", message, resource.key_span(key))
    if content.merge == "json" and content.action == "patch":
        _check_json_patch(content, node, what, sink)
    elif isinstance(node, Sequence):
        hint = "write `mergeStrategy: json`" if content.action == "patch" else "one task makes one object"
        sink.error("wrong-kind", f"the object of task `{task.name}`: expected a mapping, got a list", place(node), hint)
    elif isinstance(node, Mapping) and not (content.action == "patch" and content.flags):
        _check_fields(content, node, sink)


def _check_json_patch(content: Resource, node: Node | None, what: str, sink: Sink) -> None:
    if isinstance(node, Mapping):
        hint = "write `[{op: replace, path: /spec/replicas, value: 3}]`"
        sink.error(
            "wrong-kind", f"the patch of {what}: expected a list of operations, got a mapping", place(node), hint
        )
    if not content.flags:
        message = f"{what} does not say what is patched"
        at = content.node.key_span("mergeStrategy")
        sink.error("missing-key", message, at, "name it by `flags: [KIND, NAME]`")


def _check_fields(content: Resource, node: Mapping, sink: Sink) -> None:
    for key in ("apiVersion", "kind"):
        if not _is_given(node.get(key)):
            sink.error("missing-key", f"the object needs the key `{key}`", place(node))
    metadata = node.get("metadata")
    if isinstance(metadata, Scalar) or _is_given(metadata, "name"):
        return
    if content.action in _NAMED and _is_given(metadata, "generateName"):
        message = f"`generateName` makes a new name, so there is nothing to {content.action}"
        at = metadata.key_span("generateName") if isinstance(metadata, Mapping) else place(node)
        sink.error("misplaced-key", message, at, "write `name`, or `action: create`")
    elif not _is_given(metadata, "generateName") and not (content.action in _BY_FLAGS and content.flags):
        hint = "give it `metadata: {generateName: NAME-}`" if content.action == "create" else ""
        sink.error("missing-key", "the object has no name", place(metadata or node), hint)


def _is_given(node: Node | None, key: str = "") -> bool:
    found = node.get(key) if key and isinstance(node, Mapping) else None if key else node
    return isinstance(found, Scalar) and found.data() not in (None, "")
