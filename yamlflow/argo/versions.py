"""Which version of Argo a field needs; from the schemas of Argo 3.6.19, 3.7.18 and 4.1.2."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.fields import walk
from yamlflow.argo.finding import Finding

VERSIONS = ("3.6", "3.7", "4")
NEWEST = VERSIONS[-1]

_NEW: dict[str, dict[str, tuple[str, ...]]] = {
    "3.7": {
        "Backoff": ("cap",),
        "Mutex": ("database",),
        "SemaphoreRef": ("database",),
        "Template": ("annotations",),
    },
    "4": {
        **dict.fromkeys(("Artifact", "ArtifactLocation", "ArtifactPaths"), ("plugin",)),
        **dict.fromkeys(("ContainerNode", "ScriptTemplate", "UserContainer"), ("restartPolicyRules",)),
        "HTTPArtifact": ("saveStreamViaFile",),
        "S3Artifact": ("addressingStyle",),
        "Template": ("pendingTimeout", "podResources", "resourceClaims"),
        "WorkflowSpec": ("executorPlugins", "podResources", "resourceClaims"),
    },
}


def find_newer(manifest: dict[str, Any], version: str) -> Iterator[Finding]:
    """Yield what an older version of Argo does not know of a manifest whose form is right."""
    missing = VERSIONS[VERSIONS.index(version) + 1 :]
    for path, type_name, value in walk(manifest, str(manifest.get("kind") or "Workflow")) if missing else ():
        for since in missing:
            for key in _NEW[since].get(type_name, ()):
                if value.get(key) is not None:
                    message, hint = f"`{key}` is there since Argo {since}", f"for Argo {version} it must go"
                    yield Finding("newer-argo", message, (*path, key), hint, key=True)
