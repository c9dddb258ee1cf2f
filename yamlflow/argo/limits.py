"""What the local engine cannot do."""

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from yamlflow.argo.fields import walk
from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.images import known_images
from yamlflow.argo.podpatch import FIELD, VOLUMES, foreseen, refusals
from yamlflow.argo.resources import KINDS, made_by, unknown_kind
from yamlflow.argo.templaterefs import Objects, merged_spec, parent_of, reach, scope_of
from yamlflow.argo.view import View

if TYPE_CHECKING:
    from yamlflow.diagnostics import Sink
    from yamlflow.source import Mapping

_NEEDS_CLUSTER = "it needs a cluster"
_LOCAL_ARTIFACTS = "it knows `raw`, `http`, `git`, `s3` and those of other tasks"

_FOREIGN = ("artifactory", "azure", "gcs", "hdfs", "oss", "plugin")
REFUSED: dict[str, dict[str, str]] = {
    "Template": {"plugin": _NEEDS_CLUSTER},
    "ResourceFieldSelector": {"containerName": "a container knows its own resources; leave it out"},
    "SemaphoreRef": {"database": "its limit is kept by a controller; take a `configMapKeyRef`"},
    "ValueFrom": {"event": _NEEDS_CLUSTER},
    "S3Artifact": {"roleARN": "roles are for pods of a cluster; give keys, or `useSDKCreds`"},
    **dict.fromkeys(("Artifact", "ArtifactPaths"), dict.fromkeys(_FOREIGN, _LOCAL_ARTIFACTS)),
    "EnvVarSource": {"fileKeyRef": _NEEDS_CLUSTER},
    "DownwardAPIVolumeFile": {"resourceFieldRef": _NEEDS_CLUSTER},
    "VolumeProjection": dict.fromkeys(("clusterTrustBundle", "podCertificate", "serviceAccountToken"), _NEEDS_CLUSTER),
}


class Allowed(NamedTuple):
    """What is allowed of what changes this machine, and whether tasks run in containers."""

    host_path: bool = False
    privileged: bool = False
    containers: bool = False


_NOTHING = Allowed()


def unsupported(node: "Mapping", sink: "Sink") -> None:
    """Report what the local engine cannot do with a manifest that was read from a file."""
    from yamlflow.argo.report import report

    report(find_unsupported(node.data()), node, sink)


def find_unsupported(
    manifest: dict[str, Any], beside: Sequence[dict[str, Any]] = (), allowed: Allowed = _NOTHING
) -> list[Finding]:
    """Return what the local engine cannot do with a manifest whose form is right; `beside` are objects that it sees."""
    objects = {(item["kind"], item["metadata"]["name"]): item for item in beside}
    images = known_images(beside)
    whole = {**manifest, "spec": merged_spec(manifest["spec"], objects)}
    view = View(whole)
    reference = manifest["spec"].get("workflowTemplateRef")
    found = _missing_parent(reference, objects) if reference else []
    made = frozenset(objects) | made_by(whole["spec"])
    found += _in_spec(whole, known=made, allowed=allowed)
    found += () if allowed.containers else _without_command(view, images)
    reached, missing = reach(whole, objects)
    for item in reached.values():
        alone = {"kind": "Workflow", "spec": {"templates": [item.template]}}
        inside = [*_in_spec(alone, known=made, allowed=allowed)]
        inside += () if allowed.containers else _without_command(View(alone), images)
        found += [each._replace(path=(item.key, *each.path[3:])) for each in inside]
    return found + missing


def _missing_parent(reference: dict[str, Any], objects: Objects) -> list[Finding]:
    kind, name = parent_of(scope_of(reference))
    if (kind, name) in objects or "{{" in name:
        return []
    how = "bring it `--with` a file, or `yamlflow template create` it"
    return [Finding("unknown-object", f"there is no {kind} `{name}`: {how}", ("spec", "workflowTemplateRef"))]


def _in_spec(manifest: dict[str, Any], *, known: frozenset[tuple[str, str]], allowed: Allowed) -> list[Finding]:
    found: list[Finding] = []
    claims = {item["metadata"]["name"] for item in manifest["spec"].get("volumeClaimTemplates") or []}
    for path, type_name, value in walk(manifest, "Workflow"):
        for key, reason in REFUSED.get(type_name, {}).items():
            if value.get(key):
                found.append(_refusal(path, key, reason))
        if type_name == "Template" and value.get("resource"):
            found += _in_resource(path, value)
        if type_name == "Parameter" and (name := _unknown_config_map(value, known)):
            message = f"there is no ConfigMap `{name}`: bring it `--with` a file, or give a `default`"
            found.append(Finding("unknown-object", message, (*path, "valueFrom", "configMapKeyRef")))
        if type_name == "SemaphoreRef" and (name := _unknown_config_map({"valueFrom": value}, known)):
            message = f"there is no ConfigMap `{name}`, which holds the limit of a semaphore: bring it `--with` a file"
            found.append(Finding("unknown-object", message, (*path, "configMapKeyRef")))
        if type_name == "SecurityContext" and value.get("privileged") and allowed.containers and not allowed.privileged:
            message = "`privileged` lets a container change this machine: allow it with `--allow-privileged`"
            found.append(Finding("privileged-container", message, (*path, "privileged"), key=True))
        if type_name == "UserContainer" and path[-2] == "initContainers" and value.get("restartPolicy") == "Always":
            found.append(_refusal(path, "restartPolicy", "an init container runs once; use `sidecars`"))
        if type_name in ("WorkflowSpec", "Template"):
            found += _in_patch(path, value.get(FIELD))
            found += _volumes(path, value.get("volumes") or [], allowed=allowed)
            found += _unknown_claims(path, value.get("volumes") or [], known, claims)
    return found


def _in_patch(path: Path, text: object) -> Iterator[Finding]:
    for reason in refusals(foreseen(text) or {}):
        yield Finding("unsupported-field", reason, (*path, FIELD), key=True)


def _in_resource(path: Path, template: dict[str, Any]) -> Iterator[Finding]:
    """Return what cannot be done of a `resource` template: kinds that only a cluster has, filters of jq."""
    if kind := unknown_kind(template["resource"]):
        listed = ", ".join(item.name for item in KINDS)
        yield _refusal(path, "resource", f"on `{kind}` it needs a cluster; without one there are {listed}")
    for index, parameter in enumerate((template.get("outputs") or {}).get("parameters") or []):
        text = str((parameter.get("valueFrom") or {}).get("jqFilter") or "")
        if not text or "{{" in text:
            continue
        from yamlflow.expressions.jq import JqError, check_filter

        try:
            check_filter(text)
        except JqError as error:
            at = (*path, "outputs", "parameters", index, "valueFrom", "jqFilter")
            yield Finding("unsupported-field", f"this is no filter of jq: {error}", at)


def _unknown_claims(
    path: Path, volumes: list[dict[str, Any]], known: frozenset[tuple[str, str]], own: set[str]
) -> Iterator[Finding]:
    for index, volume in enumerate(volumes):
        name = str((volume.get("persistentVolumeClaim") or {}).get("claimName") or "")
        if name and "{{" not in name and (_CLAIM, name) not in known and volume["name"] not in own:
            message = f"there is no {_CLAIM} `{name}`: bring it `--with` a file"
            yield Finding("unknown-object", message, (*path, "volumes", index, "persistentVolumeClaim"))


_CLAIM = "PersistentVolumeClaim"


def _volumes(path: Path, volumes: list[dict[str, Any]], *, allowed: Allowed) -> Iterator[Finding]:
    """Return the volumes that cannot be had on this machine."""
    for index, volume in enumerate(volumes):
        at = (*path, "volumes", index)
        for kind in volume.keys() - VOLUMES - {"name"}:
            if kind != "hostPath":
                yield _refusal(at, kind, _NEEDS_CLUSTER)
            elif not allowed.host_path:
                message = "`hostPath` lets tasks change this machine: allow it with `--allow-host-path`"
                yield Finding("host-path", message, (*at, kind), key=True)


def _refusal(path: Path, key: str, reason: str) -> Finding:
    message = f"the local engine does not support `{key}`{reason and ': '}{reason}"
    return Finding("unsupported-field", message, (*path, key), key=True)


def _unknown_config_map(parameter: dict[str, Any], known: frozenset[tuple[str, str]]) -> str:
    """Return the name of the ConfigMap that a parameter needs and that is not there, or ""."""
    source = parameter.get("valueFrom") or {}
    name = str((source.get("configMapKeyRef") or {}).get("name") or "")
    return "" if source.get("default") is not None or "{{" in name or ("ConfigMap", name) in known else name


def _without_command(view: View, images: Container[str]) -> Iterator[Finding]:
    """Return the containers of which nothing says what they run."""
    defaults = view.spec.get("templateDefaults") or {}
    for template in view.all_templates:
        if any("command" in str(holder.get(FIELD) or "") for holder in (view.spec, defaults, template.data)):
            continue
        for kind in ("container", "script"):
            given = template.data.get(kind)
            if given is not None and not (defaults.get(kind) or {}).get("command"):
                yield from _commandless(given, template.title, (*template.path, kind), images)
        for key in ("containers", "initContainers", "sidecars"):
            below = (*template.path, "containerSet") if key == "containers" else template.path
            holder = (template.data.get("containerSet") or {}) if key == "containers" else template.data
            for index, item in enumerate(holder.get(key) or []):
                yield from _commandless(item, f"container `{item.get('name', '')}`", (*below, key, index), images)


def _commandless(container: dict[str, Any], title: str, path: Path, images: Container[str]) -> Iterator[Finding]:
    if not container.get("command") and str(container.get("image")) not in images:
        message = f"{title} has no `command`; only `--runner container` knows that of the image"
        yield Finding("unsupported-field", message, path, key=True)
