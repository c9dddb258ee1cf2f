"""Tasks that make objects of Kubernetes: Argo's `resource`."""

from typing import Any, NamedTuple

from yamlflow.components import sanitize
from yamlflow.expressions.ast import Call, Name
from yamlflow.pipeline.contents import NewVolume, Resource, Snapshot
from yamlflow.pipeline.model import Task, Value
from yamlflow.render.level import Level, Template
from yamlflow.render.passing import Passing
from yamlflow.render.text import braced, chain, constant, data_of, tag
from yamlflow.source import write_yaml

_JSON = ("Integer", "Float", "Bool", "List", "JsonArray", "Dict", "JsonObject")


class Built(NamedTuple):
    """The parts of a template: what it takes in and hands out, its own fields, and the arguments for it."""

    parameters: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    fields: Template
    arguments: list[dict[str, Any]]


class Manifest:
    """The text of an object, in which each expression stands as a tag that yields JSON, and so one value."""

    def __init__(self, passing: Passing) -> None:
        self.passing = passing
        self.tags: dict[str, str] = {}

    def value(self, value: Value) -> str:
        """Return what stands in the data for a value: a constant, or a mark."""
        if value.parts is None:
            return constant(value)
        name = self.passing.hand("value", self.passing.level.text(value))
        kind = value.type.name if value.type is not None and value.whole is not None else ""
        mark = f"yamlflow-value-{len(self.tags)}-"
        self.tags[mark] = tag(name) if kind in _JSON else braced(Call(Name("toJson"), (chain(name),)))
        return mark

    def text(self, data: object) -> str:
        """Return the data as YAML with its tags."""
        text = write_yaml(data)
        for mark, written in self.tags.items():
            text = text.replace(mark, written)
        return text


def built_object(task: Task, level: Level) -> Built:
    """Return the parts of the template of a task that makes an object."""
    content = task.content
    passing = Passing(level, set())
    if isinstance(content, NewVolume):
        paths = {"name": ("jsonPath", "{.metadata.name}"), "size": ("jsonPath", "{.status.capacity.storage}")}
        fields = {"action": "create", **_owner(content.keep), "manifest": _claim(task, content, Manifest(passing))}
    elif isinstance(content, Snapshot):
        paths = {"name": ("jsonPath", "{.metadata.name}")}
        fields = {"action": "create", **_owner(content.keep), "manifest": _snapshot(task, content, Manifest(passing))}
        fields["successCondition"] = "status.readyToUse == true"
    else:
        assert isinstance(content, Resource)
        paths = content.paths
        fields = _resource(content, passing)
    outputs: list[dict[str, Any]] = []
    demand = level.shared.demand
    for output, (key, where) in paths.items():
        if output in ("name", "manifest", "size") and not demand.of(task, output):
            continue
        entry: dict[str, Any] = {"name": sanitize(output)}
        if (task, output) in demand.at_exit:
            entry["globalName"] = f"{task.name}-{sanitize(output)}"
        outputs.append(entry | {"valueFrom": {key: where}})
    return Built(passing.parameters, outputs, {"resource": fields}, passing.arguments)


def _owner(keep: bool) -> dict[str, Any]:
    return {} if keep else {"setOwnerReference": True}


def _named(task: Task) -> dict[str, Any]:
    return {"generateName": f"{{{{workflow.name}}}}-{task.name}-"}


def _claim(task: Task, content: NewVolume, manifest: Manifest) -> str:
    spec: dict[str, Any] = {
        "accessModes": list(content.modes),
        "resources": {"requests": {"storage": manifest.value(content.size)}},
    }
    if content.storage_class:
        spec["storageClassName"] = content.storage_class
    if content.snapshot is not None:
        source = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot"}
        spec["dataSource"] = {**source, "name": manifest.value(content.snapshot)}
    head = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": _named(task)}
    return manifest.text({**head, "spec": spec})


def _snapshot(task: Task, content: Snapshot, manifest: Manifest) -> str:
    spec: dict[str, Any] = {"source": {"persistentVolumeClaimName": manifest.value(content.of)}}
    if content.snapshot_class:
        spec["volumeSnapshotClassName"] = content.snapshot_class
    head = {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot", "metadata": _named(task)}
    return manifest.text({**head, "spec": spec})


def _resource(content: Resource, passing: Passing) -> Template:
    found: Template = {"action": content.action}
    if content.owned:
        found["setOwnerReference"] = True
    if content.merge:
        found["mergeStrategy"] = content.merge
    if content.manifest is not None:
        manifest = Manifest(passing)
        found["manifest"] = manifest.text(data_of(content.manifest, manifest.value))
    for key, condition in (("successCondition", content.success), ("failureCondition", content.failure)):
        if condition is not None:
            found[key] = passing.text("condition", condition)
    if content.flags:
        found["flags"] = [passing.text("flag", flag) for flag in content.flags]
    return found
