"""Metrics by the rules of Argo: names, help, values."""

from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.pipeline.shapes import TASK
from yamlflow.source import Mapping, Node, Sequence
from yamlflow.source.fields import place

_KINDS = ("counter", "gauge", "histogram")
_PREFIX = 5  # spec, templates, 0, metrics, prometheus


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield what is wrong with the metrics of the pipeline and of its tasks."""
    shaped = [pipeline.run.shaped, *(task.options.shaped for task in all_tasks(pipeline))]
    for options in shaped:
        if "metrics" in options:
            yield from _metrics(options["metrics"])


def _metrics(node: Node) -> Iterator[Diagnostic]:
    from yamlflow.argo.form import check_value
    from yamlflow.argo.report import locate
    from yamlflow.argo.rules.metrics import prometheus
    from yamlflow.argo.view import View

    data = node.data()
    if list(check_value(data, TASK["metrics"], ("metrics",))):
        return  # that is told already
    template = {"name": "a", "container": {"image": "a"}, "metrics": {"prometheus": data}}
    for found in prometheus(View({"kind": "Workflow", "spec": {"entrypoint": "a", "templates": [template]}})):
        yield Diagnostic(found.code, "error", found.message, locate(node, found.path[_PREFIX:]), found.hint)
    for item in node.items if isinstance(node, Sequence) else ():
        kinds = [kind for kind in _KINDS if isinstance(item, Mapping) and kind in item]
        if len(kinds) != 1:
            message = f"a metric is one of: {', '.join(_KINDS)}"
            yield Diagnostic("several-kinds" if kinds else "missing-key", "error", message, place(item))
