"""What a pipeline says of its runs, as fields of the Workflow's spec."""

from collections.abc import Callable
from typing import Any

from yamlflow.pipeline.model import Pipeline, Value
from yamlflow.pipeline.options import Schedule
from yamlflow.render.held import synchronization
from yamlflow.render.options import shaped_fields
from yamlflow.source import Scalar

Fields = dict[str, Any]


def run_fields(pipeline: Pipeline, text: Callable[[Value], str]) -> Fields:
    """Return the fields of the spec besides entrypoint, arguments, templates and exit; `text` fills in values."""
    options, found = pipeline.run, Fields()
    if pipeline.service_account:
        found["serviceAccountName"] = pipeline.service_account
    if options.image_pull_secrets:
        found["imagePullSecrets"] = [{"name": name} for name in options.image_pull_secrets]
    if pipeline.parallelism is not None:
        found["parallelism"] = pipeline.parallelism
    if pipeline.timeout is not None:
        found["activeDeadlineSeconds"] = pipeline.timeout
    if options.priority is not None:
        found["priority"] = options.priority
    found |= synchronization(pipeline.locks, text)
    if options.ttl is not None:
        seconds = zip(("Completion", "Success", "Failure"), options.ttl, strict=True)
        found["ttlStrategy"] = {f"secondsAfter{name}": value for name, value in seconds if value is not None}
    if options.pod_gc is not None:
        strategy = isinstance(options.pod_gc, Scalar)
        found["podGC"] = {"strategy": options.pod_gc.data()} if strategy else options.pod_gc.data()
    if options.archive_logs is not None:
        found["archiveLogs"] = options.archive_logs
    if options.node_selector:
        found["nodeSelector"] = dict(options.node_selector)
    if "artifacts" in options.shaped:
        found["artifactRepositoryRef"] = options.shaped["artifacts"].data()
    if "securityContext" in options.shaped:
        found["securityContext"] = options.shaped["securityContext"].data()
    shared = ("affinity", "metrics", "pod", "tolerations")
    found |= shaped_fields({key: options.shaped[key] for key in shared if key in options.shaped})
    return found


def cron_fields(schedule: Schedule) -> Fields:
    """Return the fields of a CronWorkflow's spec besides the workflow."""
    found: Fields = {"schedules": [cron.value for cron in schedule.crons]}
    if schedule.timezone is not None:
        found["timezone"] = schedule.timezone.value
    if schedule.concurrency:
        found["concurrencyPolicy"] = schedule.concurrency
    numbers = {
        "startingDeadlineSeconds": schedule.starting_deadline,
        "successfulJobsHistoryLimit": schedule.succeeded_limit,
        "failedJobsHistoryLimit": schedule.failed_limit,
    }
    found |= {name: value for name, value in numbers.items() if value is not None}
    return found | ({"suspend": True} if schedule.suspend else {})
