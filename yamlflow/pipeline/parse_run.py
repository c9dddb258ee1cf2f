"""Parsing what a pipeline says of its runs as a whole: when they start, what becomes of them."""

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.options import RunOptions, Schedule, Ttl
from yamlflow.pipeline.parse_options import duration, fields
from yamlflow.pipeline.shapes import PIPELINE, SCHEDULE, parse_shaped
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import Fields, as_mapping, as_text, wrong_kind

_CONCURRENCY = ("Allow", "Forbid", "Replace")
_OF_TTL = {f"secondsAfter{key.capitalize()}": key for key in ("completion", "success", "failure")}
_STRATEGIES = ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")


def parse_run_options(found: Fields) -> RunOptions:
    """Parse them from the top mapping of a pipeline."""
    options, sink = RunOptions(), found.sink
    if found.get("archiveLogs") is not None:
        options.archive_logs = found.flag("archiveLogs")
    experiment = found.text("experiment", "the name of an experiment")
    options.experiment = experiment.value if experiment else None
    secrets = found.list("imagePullSecrets", "a list of names of secrets")
    names = [as_text(node, "`imagePullSecrets` of the pipeline", sink, "the name of a secret") for node in secrets]
    options.image_pull_secrets = [name.value for name in names if name is not None]
    options.node_selector = {name: text.value for name, text in found.texts("nodeSelector").items()}
    options.pod_gc = _pod_gc(found)
    options.priority = found.integer("priority", -(2**31))
    options.schedule = _schedule(found.get("schedule"), sink)
    options.ttl = _ttl(found.get("ttl"), sink)
    options.shaped = parse_shaped(found, PIPELINE)
    return options


def _pod_gc(found: Fields) -> Node | None:
    node = found.get("podGC")
    if isinstance(node, Scalar):
        return found.choice("podGC", _STRATEGIES)
    mapping = as_mapping(node, "`podGC` of the pipeline", found.sink, "a strategy, or a mapping {strategy, ...}")
    if mapping is not None:
        inner = fields(mapping, found.sink, "`podGC` of the pipeline", "podGCOptions")
        inner.choice("strategy", _STRATEGIES)
        duration(
            inner.text("deleteDelayDuration", "a duration, such as `30s`"), f"the delay of {inner.what}", found.sink
        )
    return mapping


def _ttl(node: Node | None, sink: Sink) -> Ttl | None:
    what = "`ttl` of the pipeline"
    if isinstance(node, Scalar):
        return Ttl(duration(node, what, sink), None, None)
    mapping = as_mapping(node, what, sink, "a duration, or a mapping {completion, success, failure}")
    if mapping is None:
        return None
    found = fields(mapping, sink, what, "ttlOptions", _OF_TTL)
    return Ttl(*(duration(found.text(key), f"`{key}` of {what}", sink) for key in ("completion", "success", "failure")))


def _schedule(node: Node | None, sink: Sink) -> Schedule | None:
    what = "`schedule` of the pipeline"
    if node is None:
        return None
    if isinstance(node, (Scalar, Sequence)):
        return Schedule(node, _crons(node, what, sink), None, "", None, False, None, None, {})
    assert isinstance(node, Mapping)
    found = fields(node, sink, what, "scheduleOptions")
    concurrency = found.choice("concurrencyPolicy", _CONCURRENCY)
    return Schedule(
        node,
        _crons(found.get("cron"), f"`cron` of {what}", sink),
        found.text("timezone", "the name of a time zone"),
        concurrency.value if concurrency else "",
        found.integer("startingDeadlineSeconds"),
        found.flag("suspend"),
        found.integer("successfulJobsHistoryLimit"),
        found.integer("failedJobsHistoryLimit"),
        parse_shaped(found, SCHEDULE),
    )


def _crons(node: Node | None, what: str, sink: Sink) -> tuple[Scalar, ...]:
    expected = "a cron expression, such as `0 3 * * *`"
    if isinstance(node, Sequence):
        if not node.items:
            wrong_kind(sink, node, f"{expected}, or several", what)
        texts = [as_text(item, what, sink, expected) for item in node.items]
        return tuple(text for text in texts if text is not None)
    text = as_text(node, what, sink, expected)
    return (text,) if text is not None else ()
