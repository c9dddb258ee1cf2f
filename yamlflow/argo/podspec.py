"""The form of a pod's spec, of which Argo's own models know only parts."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding, Path, path_text
from yamlflow.argo.form import check_value
from yamlflow.diagnostics.nearest import did_you_mean

_FORMS = {
    **dict.fromkeys(("activeDeadlineSeconds", "priority", "terminationGracePeriodSeconds"), "int"),
    **dict.fromkeys(("automountServiceAccountToken", "enableServiceLinks", "hostIPC", "hostNetwork"), "bool"),
    **dict.fromkeys(("hostPID", "hostUsers", "setHostnameAsFQDN", "shareProcessNamespace"), "bool"),
    **dict.fromkeys(("dnsPolicy", "hostname", "hostnameOverride", "nodeName", "preemptionPolicy"), "text"),
    **dict.fromkeys(("priorityClassName", "restartPolicy", "runtimeClassName", "schedulerName"), "text"),
    **dict.fromkeys(("serviceAccount", "serviceAccountName", "subdomain"), "text"),
    **dict.fromkeys(("nodeSelector", "os", "overhead", "resources", "workloadRef"), "map"),
    **dict.fromkeys(("containers", "initContainers"), "[Container]"),
    **dict.fromkeys(("ephemeralContainers", "readinessGates", "resourceClaims"), ""),
    **dict.fromkeys(("schedulingGates", "topologySpreadConstraints"), ""),
    "affinity": "Affinity",
    "dnsConfig": "PodDNSConfig",
    "hostAliases": "[HostAlias]",
    "imagePullSecrets": "[LocalObjectReference]",
    "securityContext": "PodSecurityContext",
    "tolerations": "[Toleration]",
    "volumes": "[Volume]",
}
"""Each field and what it holds; nothing is known of what has no form."""


def check_pod_patch(value: object, path: Path) -> Iterator[Finding]:
    """Yield what is unknown or of the wrong kind in a patch of a pod's spec; its directives begin with `$`."""
    if not isinstance(value, dict):
        yield from check_value(value, "map", path)
        return
    for key, item in value.items():
        form = _FORMS.get(key)
        if form:
            yield from (found for found in check_value(item, form, (*path, key)) if not _is_meant(found))
        elif form is None and not str(key).startswith("$"):
            hint = did_you_mean(str(key), _FORMS, value)
            message = f"`{path_text(path)}` has no field `{key}`"
            yield Finding("unknown-key", message, (*path, str(key)), hint, key=True)


def _is_meant(found: Finding) -> bool:
    """Whether a finding is about a directive of the patch, or a quantity that Argo fills in."""
    if found.code == "unknown-key":
        return str(found.path[-1]).startswith("$")
    return found.code == "invalid-value" and "{{" in found.message
