"""What a manifest says of its runs, as options of a pipeline: a table, and `argo` for all others."""

from yamlflow.app.importing.options import KUBEFLOW, Table, is_duration, locks, write_options
from yamlflow.app.importing.texts import parsed
from yamlflow.argo.view import Data

_KEPT = {"parallelism", "archiveLogs", "nodeSelector", "tolerations", "affinity", "securityContext"}
_ELSEWHERE = {"templates", "entrypoint", "arguments", "onExit", "hooks", "templateDefaults"}
_SCHEDULE = (
    *("timezone", "concurrencyPolicy", "startingDeadlineSeconds", "suspend"),
    *("successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
)
_WORKFLOW = ("schedule", "schedules", "workflowSpec", "workflowMetadata")
_LIMITS = {"secondsAfterCompletion": "completion", "secondsAfterSuccess": "success", "secondsAfterFailure": "failure"}


def run_options(spec: Data, pipeline: Data) -> None:
    """Write the options of a Workflow's spec into its pipeline."""
    said = {
        key: value
        for key, value in spec.items()
        if key not in _ELSEWHERE and value not in (None, {}, []) and (key, value) != ("parallelism", 0)
    }
    write_options(said, pipeline, _KEPT, _TABLE)


def metadata(manifest: Data, pipeline: Data) -> None:
    """Write the labels and annotations of a manifest into its pipeline."""
    found = manifest.get("metadata") or {}
    annotations = found.get("annotations") or {}
    if annotations.get("workflows.argoproj.io/description"):
        pipeline["description"] = annotations["workflows.argoproj.io/description"].strip()
    if annotations.get("yamlflow.dev/experiment"):
        pipeline["experiment"] = annotations["yamlflow.dev/experiment"]
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
    for key in _SCHEDULE:
        if cron.get(key) not in (None, "", False):
            found[key] = cron[key]
    own = {key: value for key, value in cron.items() if key not in (*_SCHEDULE, *_WORKFLOW) and value}
    return found | ({"argo": own} if own else {})


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


_TABLE: Table = {
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
