"""Which target a command speaks to."""

from collections.abc import Mapping

from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import did_you_mean
from yamlflow.targets import MODULES, Target

DEFAULT_NAMESPACE = "kubeflow"


def choose_target(name: str | None, namespace: str | None, env: Mapping[str, str]) -> Target:
    """Return the target of a flag, else of YAMLFLOW_TARGET, else `argo` if ARGO_SERVER is set, else `local`."""
    from importlib import import_module

    chosen = name or env.get("YAMLFLOW_TARGET") or ("argo" if env.get("ARGO_SERVER") else "local")
    if chosen not in MODULES:
        known = ", ".join(f"`{target}`" for target in MODULES)
        came = "" if name else f" (from {'YAMLFLOW_TARGET' if env.get('YAMLFLOW_TARGET') else 'ARGO_SERVER'})"
        raise UsageError(f"unknown target `{chosen}`{came}", hint=did_you_mean(chosen, MODULES) or f"known: {known}")
    module = import_module(MODULES[chosen])
    target: Target = module.connect(namespace or env.get("ARGO_NAMESPACE") or DEFAULT_NAMESPACE, env)
    return target
