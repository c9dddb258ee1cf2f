"""What a manifest says of its runs, as options of a pipeline: a table, and `argo` for all others."""

from collections.abc import Callable
from typing import Any

from yamlflow.app.importing.options import KUBEFLOW, is_duration, locks, merge_argo
from yamlflow.app.importing.scope import has_tag
from yamlflow.app.importing.state import Data
from yamlflow.app.importing.texts import parsed

_KEPT = {"parallelism", "archiveLogs", "nodeSelector", "tolerations", "affinity", "securityContext"}
_ELSEWHERE = {"templates", "entrypoint", "arguments", "onExit", "hooks", "templateDefaults"}
_SCHEDULE = ("timezone", "concurrencyPolicy", "startingDeadlineSeconds", "suspend", "successfulJobsHistoryLimit")
_LIMITS = {"secondsAfterCompletion": "completion", "secondsAfterSuccess": "success", "secondsAfterFailure": "failure"}


def run_options(spec: Data, pipeline: Data) -> None:
    """Write the options of a Workflow's spec into its pipeline."""
    rest: Data = {}
    for key, value in spec.items():
        if key in _ELSEWHERE or value in (None, {}, []) or (key == "parallelism" and value == 0):
            continue
        option = _TABLE.get(key)
        if key in _KEPT and not has_tag(value):
            pipeline[key] = value
        elif option is None or has_tag(value) or not option(value, pipeline):
            rest[key] = value
    if rest:
        merge_argo(pipeline, rest)


def metadata(manifest: Data, pipeline: Data) -> None:
    """Write the labels and annotations of a manifest into its pipeline."""
    found = manifest.get("metadata") or {}
    annotations = found.get("annotations") or {}
    if annotations.get("workflows.argoproj.io/description"):
        pipeline["description"] = annotations["workflows.argoproj.io/description"].strip()
    for key in ("labels", "annotations"):
        own = {
            name: text
            for name, text in (found.get(key) or {}).items()
            if not name.startswith(KUBEFLOW) and name != "workflows.argoproj.io/description"
        }
        if own:
            pipeline[key] = own


def schedule(cron: Data) -> Data:
    """Return the `schedule` for the spec of a CronWorkflow."""
    crons = cron.get("schedules") or [cron.get("schedule")]
    found: Data = {"cron": crons[0] if len(crons) == 1 else crons}
    for key in (*_SCHEDULE, "failedJobsHistoryLimit"):
        if cron.get(key) not in (None, "", False):
            found[key] = cron[key]
    return found


def _service_account(value: str, pipeline: Data) -> bool:
    pipeline["serviceAccount"] = value
    return True


def _timeout(value: object, pipeline: Data) -> bool:
    pipeline["timeout"] = value
    return is_duration(value)


def _ttl(value: Data, pipeline: Data) -> bool:
    if not set(value) <= set(_LIMITS):
        return False
    pipeline["ttl"] = {_LIMITS[key]: seconds for key, seconds in value.items()}
    return True


def _pod_gc(value: Data, pipeline: Data) -> bool:
    pipeline["podGC"] = value["strategy"] if set(value) == {"strategy"} else value
    return True


def _priority(value: int, pipeline: Data) -> bool:
    pipeline["priority"] = value
    return True


def _pull_secrets(value: list[Data], pipeline: Data) -> bool:
    pipeline["imagePullSecrets"] = [item["name"] for item in value]
    return True


def _artifacts(value: Data, pipeline: Data) -> bool:
    pipeline["artifacts"] = value
    return set(value) <= {"configMap", "key"}


def _metrics(value: Data, pipeline: Data) -> bool:
    pipeline["metrics"] = value.get("prometheus") or []
    return set(value) == {"prometheus"}


def _pod(value: str, pipeline: Data) -> bool:
    data = parsed(value)
    if isinstance(data, dict):
        pipeline["pod"] = data
    return isinstance(data, dict)


_TABLE: dict[str, Callable[[Any, Data], bool]] = {
    "serviceAccountName": _service_account,
    "activeDeadlineSeconds": _timeout,
    "ttlStrategy": _ttl,
    "podGC": _pod_gc,
    "priority": _priority,
    "imagePullSecrets": _pull_secrets,
    "artifactRepositoryRef": _artifacts,
    "metrics": _metrics,
    "podSpecPatch": _pod,
    "synchronization": locks,
}
