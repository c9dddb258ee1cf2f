"""What of a manifest is not in force on this machine: a run begins all the same, and says so."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from yamlflow.argo.fields import walk
from yamlflow.argo.finding import Path
from yamlflow.argo.podpatch import FIELD, foreseen, limits_in, names_in, not_in_force
from yamlflow.argo.templaterefs import Objects, merged_spec, reach

_OF_PODS = (
    *("affinity", "automountServiceAccountToken", "executor", "hostAliases", "metrics", "nodeSelector", "podResources"),
    *("resourceClaims", "schedulerName", "securityContext", "serviceAccountName", "tolerations"),
)
_OF_CONTAINERS = (
    *("lifecycle", "livenessProbe", "readinessProbe", "resizePolicy", "restartPolicy", "restartPolicyRules"),
    *("securityContext", "startupProbe", "stdin", "terminationMessagePath", "terminationMessagePolicy", "tty"),
    "volumeDevices",
)
_OF_SECURITY = ("appArmorProfile", "seLinuxOptions", "seccompProfile", "windowsOptions")
_OF_CLAIMS = ("dataSource", "dataSourceRef", "selector", "storageClassName", "volumeAttributesClassName", "volumeMode")

LEFT_OUT: dict[str, tuple[str, ...]] = {
    "WorkflowSpec": (
        *_OF_PODS,
        *("artifactRepositoryRef", "dnsConfig", "dnsPolicy", "executorPlugins", "hostNetwork", "imagePullSecrets"),
        *("podDisruptionBudget", "podPriorityClassName"),
    ),
    "Template": (*_OF_PODS, "priorityClassName"),
    **dict.fromkeys(("Container", "ContainerNode", "ScriptTemplate", "UserContainer"), _OF_CONTAINERS),
    "ArtifactGC": ("podMetadata", "serviceAccountName"),
    "ArtifactLocation": ("artifactory", "azure", "gcs", "git", "hdfs", "http", "oss", "plugin", "raw"),
    "ContainerPort": ("hostIP", "hostPort"),
    "EmptyDirVolumeSource": ("medium", "sizeLimit"),
    "HostPathVolumeSource": ("type",),
    "PersistentVolumeClaimSpec": (*_OF_CLAIMS, "volumeName"),
    "PodSecurityContext": (
        *_OF_SECURITY,
        *("fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroupsPolicy", "sysctls"),
    ),
    "Probe": ("exec", "grpc"),
    "ResourceRequirements": ("claims",),
    "RetryStrategy": ("affinity",),
    "SecurityContext": (*_OF_SECURITY, "procMount"),
    "VolumeMount": ("mountPropagation", "recursiveReadOnly"),
    "VolumeResourceRequirements": ("limits",),
    "WorkflowLevelArtifactGC": ("podMetadata", "podSpecPatch", "serviceAccountName"),
}
_PREFIXES = {
    **dict.fromkeys(("ArtifactGC", "WorkflowLevelArtifactGC"), "artifactGC"),
    "ArtifactLocation": "archiveLocation",
    "ContainerPort": "ports",
    "EmptyDirVolumeSource": "emptyDir",
    "HostPathVolumeSource": "hostPath",
    **dict.fromkeys(("PodSecurityContext", "SecurityContext"), "securityContext"),
    "Probe": "readinessProbe",
    **dict.fromkeys(("ResourceRequirements", "VolumeResourceRequirements"), "resources"),
    "RetryStrategy": "retryStrategy",
}
"""Where fields stand whose own names say too little."""

_AS_IT_IS: dict[str, object] = {
    "mountPropagation": "None",
    "procMount": "Default",
    "restartPolicy": "Never",
    "seccompProfile": {"type": "RuntimeDefault"},
    "volumeMode": "Filesystem",
}
"""Values that ask for what is so here anyway."""

_SECURITY, _PROBE, _REPOSITORY = "securityContext", "readinessProbe", "artifactRepositoryRef"
_AMOUNTS = {"limits": frozenset(("cpu", "memory")), "requests": frozenset(("cpu", "memory", "ephemeral-storage"))}
_NO_OBJECTS: Objects = MappingProxyType({})


def left_out(
    manifest: dict[str, Any],
    objects: Objects = _NO_OBJECTS,
    *,
    containers: bool = False,
    repository: bool = False,
    enters: bool = True,
) -> list[str]:
    """Return the names of the fields that are not in force on this machine, of a manifest and of what it runs.

    `objects` are those that it sees, `repository` is whether the artifact repository is known, `enters` whether
    commands can be run where a task is.
    """
    in_force = {_SECURITY} if containers else set()
    in_force |= {_REPOSITORY} if repository else set()
    in_force |= {"exec"} if enters else set()
    whole = {**manifest, "spec": merged_spec(manifest["spec"], objects)}
    names = names_in(whole["spec"])
    found = set(_in_data(whole, "Workflow", names, in_force))
    for item in reach(whole, objects)[0].values():
        found |= set(_in_data(item.template, "Template", names, in_force))
    return sorted(found)


def _in_data(data: dict[str, Any], form: str, names: frozenset[str], in_force: set[str]) -> Iterator[str]:
    daemons: set[int] = set()
    gone: dict[int, set[Path]] = {}
    for path, type_name, value in walk(data, form):
        if any(path[:length] in told for length, told in gone.items()):
            continue
        if type_name == "Template" and value.get("daemon"):
            daemons |= {id(value), *(id(value.get(kind)) for kind in ("container", "script"))}
        own = in_force | {_PROBE} if id(value) in daemons else in_force
        for key in LEFT_OUT.get(type_name, ()):
            if value.get(key) and key not in own and value[key] != _AS_IT_IS.get(key):
                gone.setdefault(len(path) + 1, set()).add((*path, key))
                yield f"{_PREFIXES[type_name]}.{key}" if type_name in _PREFIXES else key
        if type_name in ("WorkflowSpec", "Template") and value.get(FIELD):
            yield from not_in_force(value[FIELD], names, own)
            yield from set(limits_in(foreseen(value[FIELD]))) - _AMOUNTS["limits"]
        if type_name == "ResourceRequirements":
            for key, known in _AMOUNTS.items():
                yield from (value.get(key) or {}).keys() - known
