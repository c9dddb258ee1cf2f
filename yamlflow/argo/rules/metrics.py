"""Metrics that templates emit."""

import re
from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.view import View

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def prometheus(view: View) -> Iterator[Finding]:
    """A metric has a name that Prometheus takes, a help text and a value."""
    for template in view.all_templates:
        for index, metric in enumerate((template.data.get("metrics") or {}).get("prometheus") or []):
            path = (*template.path, "metrics", "prometheus", index)
            name = metric.get("name") or ""
            if not _NAME.fullmatch(name):
                message = f"`{name}` is no name for a metric"
                yield Finding("invalid-name", message, (*path, "name"), "use letters, digits and `_`, no digit first")
            for number, label in enumerate(metric.get("labels") or []):
                if not _NAME.fullmatch(label.get("key") or ""):
                    message = f"`{label.get('key', '')}` is no name for a label of a metric"
                    yield Finding("invalid-name", message, (*path, "labels", number, "key"))
            if not metric.get("help"):
                yield Finding("missing-key", f"metric `{name}` needs a `help` text", path)
            for kind in ("gauge", "counter", "histogram"):
                holder = metric.get(kind)
                if holder is not None and not holder.get("value"):
                    yield Finding("missing-key", f"the {kind} of metric `{name}` needs a `value`", (*path, kind))
            gauge = metric.get("gauge") or {}
            if gauge.get("realtime") and "resourcesDuration." in str(gauge.get("value")):
                message = "`resourcesDuration` is only known at the end, so it is nothing for a realtime gauge"
                yield Finding("invalid-value", message, (*path, "gauge", "value"))
