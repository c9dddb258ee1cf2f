"""Which target a command speaks to."""

import os
from collections.abc import Callable, Mapping

from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import did_you_mean
from yamlflow.targets.protocol import Target

DEFAULT_NAMESPACE = "kubeflow"


def _local(namespace: str, env: Mapping[str, str]) -> Target:
    from yamlflow.targets.local import LocalTarget

    return LocalTarget(home(env), namespace)


TARGETS: dict[str, Callable[[str, Mapping[str, str]], Target]] = {"local": _local}


def home(env: Mapping[str, str]) -> str:
    """Return the folder in which runs on this machine are kept."""
    if env.get("YAMLFLOW_HOME"):
        return os.path.abspath(env["YAMLFLOW_HOME"])
    state = env.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(state, "yamlflow")


def choose_target(name: str | None, namespace: str | None, env: Mapping[str, str]) -> Target:
    """Return the target of a flag, else of YAMLFLOW_TARGET, else `argo` if ARGO_SERVER is set, else `local`."""
    chosen = name or env.get("YAMLFLOW_TARGET") or ("argo" if env.get("ARGO_SERVER") else "local")
    if chosen not in TARGETS:
        known = ", ".join(f"`{target}`" for target in TARGETS)
        came = "" if name else f" (from {'YAMLFLOW_TARGET' if env.get('YAMLFLOW_TARGET') else 'ARGO_SERVER'})"
        raise UsageError(f"unknown target `{chosen}`{came}", hint=did_you_mean(chosen, TARGETS) or f"known: {known}")
    return TARGETS[chosen](namespace or env.get("ARGO_NAMESPACE") or DEFAULT_NAMESPACE, env)
