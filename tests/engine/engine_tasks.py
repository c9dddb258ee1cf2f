"""Running one script with artifacts, on the local target."""

from typing import Any

from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Workflow

KIND = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}


def one_task(script: str, inputs: Any = (), outputs: Any = (), **spec: Any) -> Workflow:
    """Return a manifest with one script."""
    template = {
        "name": "main",
        "inputs": {"artifacts": list(inputs)},
        "outputs": {"artifacts": list(outputs)},
        "script": {"image": "busybox", "command": ["sh"], "source": script},
    }
    return {**KIND, "metadata": {"name": "wf"}, "spec": {"entrypoint": "main", "templates": [template], **spec}}


def run_task(
    target: LocalTarget, script: str, inputs: Any = (), outputs: Any = (), **spec: Any
) -> tuple[dict[str, Any], list[str]]:
    """Run a script; return its node and what it printed."""
    target.submit(one_task(script, inputs, outputs, **spec))
    *_, run = target.watch("wf")
    node: dict[str, Any] = run["status"]["nodes"]["wf"]
    return node, [line.text for line in target.logs("wf")]
