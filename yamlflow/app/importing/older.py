"""What Argo no longer takes though it once did, or the compiler of Kubeflow Pipelines v1 wrote it."""

from yamlflow.argo.view import Data, View

_LISTS = {"mutex": "mutexes", "semaphore": "semaphores"}


def mend(manifest: Data) -> None:
    """Write what became a list as one, and take away what means nothing: a `parallelism` of 0 was none."""
    spec = manifest.get("spec")
    if manifest.get("kind") == "CronWorkflow" and isinstance(spec, dict):
        _listed(spec, {"schedule": "schedules"})
    inner = View(manifest).spec
    templates = inner.get("templates")
    for holder in (inner, inner.get("templateDefaults"), *(templates if isinstance(templates, list) else ())):
        if isinstance(holder, dict):
            _holder(holder)


def _holder(holder: Data) -> None:
    if isinstance(holder.get("synchronization"), dict):
        _listed(holder["synchronization"], _LISTS)
    if holder.get("parallelism") == 0:
        del holder["parallelism"]
    holder.pop("resubmitPendingPods", None)


def _listed(owner: Data, names: dict[str, str]) -> None:
    for old, new in names.items():
        if old in owner and new not in owner:
            owner[new] = [owner.pop(old)]
