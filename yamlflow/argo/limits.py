"""What the local engine cannot do, and what it leaves out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from yamlflow.argo.fields import walk
from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.view import View

if TYPE_CHECKING:
    from yamlflow.diagnostics import Sink
    from yamlflow.source import Mapping

_NEEDS_CLUSTER = "it needs a cluster"
_NOT_YET = ""
_OWN_TEMPLATES = "it knows the templates of the manifest only"
_LOCAL_ARTIFACTS = "it knows `raw` artifacts and those of other tasks"

_REFUSED: dict[str, dict[str, str]] = {
    "WorkflowSpec": {
        "suspend": _NOT_YET,
        "synchronization": _NOT_YET,
        "volumeClaimTemplates": _NOT_YET,
        "workflowTemplateRef": _OWN_TEMPLATES,
    },
    "Template": {
        "containerSet": _NOT_YET,
        "daemon": _NOT_YET,
        "data": _NOT_YET,
        "http": _NOT_YET,
        "initContainers": _NOT_YET,
        "memoize": _NOT_YET,
        "plugin": _NEEDS_CLUSTER,
        "resource": _NEEDS_CLUSTER,
        "sidecars": _NOT_YET,
        "synchronization": _NOT_YET,
    },
    "WorkflowStep": {"templateRef": _OWN_TEMPLATES},
    "DAGTask": {"templateRef": _OWN_TEMPLATES},
    "LifecycleHook": {"templateRef": _OWN_TEMPLATES},
    "Container": {"envFrom": _NOT_YET, "volumeMounts": _NOT_YET},
    "ScriptTemplate": {"envFrom": _NOT_YET, "volumeMounts": _NOT_YET},
    "EnvVar": {"valueFrom": _NOT_YET},
    "ValueFrom": {"event": _NEEDS_CLUSTER, "jqFilter": _NEEDS_CLUSTER, "jsonPath": _NEEDS_CLUSTER},
    "Artifact": dict.fromkeys(
        ("artifactory", "azure", "gcs", "git", "hdfs", "http", "oss", "plugin"), _LOCAL_ARTIFACTS
    ),
}

_LEFT_OUT: dict[str, tuple[str, ...]] = {
    "WorkflowSpec": (
        *(
            "affinity",
            "artifactGC",
            "artifactRepositoryRef",
            "dnsConfig",
            "hostAliases",
            "hostNetwork",
            "imagePullSecrets",
        ),
        *("metrics", "nodeSelector", "podDisruptionBudget", "podGC", "podMetadata", "podSpecPatch", "priority"),
        *("schedulerName", "securityContext", "serviceAccountName", "tolerations", "ttlStrategy", "volumes"),
    ),
    "Template": (
        *("affinity", "archiveLocation", "hostAliases", "metrics", "nodeSelector", "podSpecPatch", "priorityClassName"),
        *("schedulerName", "securityContext", "serviceAccountName", "tolerations", "volumes"),
    ),
    "Container": ("lifecycle", "livenessProbe", "ports", "readinessProbe", "resources", "securityContext"),
    "ScriptTemplate": ("lifecycle", "livenessProbe", "ports", "readinessProbe", "resources", "securityContext"),
}


def unsupported(node: "Mapping", sink: "Sink") -> None:
    """Report what the local engine cannot do with a manifest that was read from a file."""
    from yamlflow.argo.report import report

    report(find_unsupported(node.data()), node, sink)


def find_unsupported(manifest: dict[str, Any]) -> list[Finding]:
    """Return what the local engine cannot do with a manifest whose form is right."""
    found = []
    for path, type_name, value in walk(manifest, "Workflow"):
        for key, reason in _REFUSED.get(type_name, {}).items():
            if value.get(key) and (key != "templateRef" or value[key].get("name")):
                found.append(_refusal(path, key, reason))
        if type_name == "Artifact" and (value.get("s3") or {}).get("bucket"):
            found.append(_refusal(path, "s3", _LOCAL_ARTIFACTS))
        if type_name in ("Parameter",) and _is_from_cluster(value):
            found.append(_refusal((*path, "valueFrom"), "configMapKeyRef", f"{_NEEDS_CLUSTER}, or a `default`"))
    view = View(manifest)
    hooks = [key for key in view.spec.get("hooks") or {} if key != "exit"]
    found += [_refusal((*view.spec_path, "hooks"), key, "of a workflow it knows `exit` only") for key in hooks]
    return found + list(_without_command(view))


def _refusal(path: Path, key: str, reason: str) -> Finding:
    message = f"the local engine does not support `{key}`{reason and ': '}{reason}"
    return Finding("unsupported-field", message, (*path, key), key=True)


def _is_from_cluster(parameter: dict[str, Any]) -> bool:
    source = parameter.get("valueFrom") or {}
    return bool(source.get("configMapKeyRef")) and source.get("default") is None


def _without_command(view: View) -> Iterator[Finding]:
    defaults = view.spec.get("templateDefaults") or {}
    for template in view.all_templates:
        for kind in ("container", "script"):
            container = template.data.get(kind)
            if container is None or container.get("command") or (defaults.get(kind) or {}).get("command"):
                continue
            message = f"{template.title} has no `command`, and the local engine cannot take it from the image"
            yield Finding("unsupported-field", message, (*template.path, kind), key=True)


def left_out(manifest: dict[str, Any]) -> list[str]:
    """Return the names of the fields of a manifest that are not in force on this machine."""
    found = {
        key
        for _, type_name, value in walk(manifest, "Workflow")
        for key in _LEFT_OUT.get(type_name, ())
        if value.get(key)
    }
    return sorted(found)
