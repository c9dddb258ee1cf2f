"""Plugins of the executor: containers that run beside the agent of a workflow."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.view import View


def executor_plugins(view: View) -> Iterator[Finding]:
    """A plugin has a name, and its container says all that its pod needs to know."""
    for index, plugin in enumerate(view.spec.get("executorPlugins") or []):
        path = (*view.spec_path, "executorPlugins", index)
        if not (plugin.get("metadata") or {}).get("name"):
            yield Finding("missing-key", "a plugin needs a name in its `metadata`", path)
        container = ((plugin.get("spec") or {}).get("sidecar") or {}).get("container") or {}
        resources = container.get("resources") or {}
        needed = {
            "ports": container.get("ports"),
            "resources.requests": resources.get("requests"),
            "resources.limits": resources.get("limits"),
            "securityContext": container.get("securityContext"),
        }
        for key, value in needed.items():
            if value is None or value == []:
                yield Finding("missing-key", f"the container of a plugin needs `{key}`", path)
