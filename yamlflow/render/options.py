"""Options of tasks as fields of Argo templates."""

import json
from typing import Any

from yamlflow.pipeline.durations import go_duration
from yamlflow.pipeline.options import Options, Retry, Source
from yamlflow.pipeline.shapes import Shaped


def retry_strategy(retry: Retry) -> dict[str, Any]:
    """Return Argo's `retryStrategy`."""
    found: dict[str, Any] = {}
    if retry.limit is not None:
        found["limit"] = str(retry.limit)
    if retry.policy:
        found["retryPolicy"] = retry.policy
    if retry.expression:
        found["expression"] = retry.expression
    if retry.duration is not None:
        backoff = {"duration": go_duration(retry.duration)}
        if retry.factor is not None:
            backoff["factor"] = str(retry.factor)
        if retry.max_duration is not None:
            backoff["maxDuration"] = go_duration(retry.max_duration)
        found["backoff"] = backoff
    return found


def template_options(options: Options) -> dict[str, Any]:
    """Return the fields that stand beside the container of a template."""
    found: dict[str, Any] = {}
    if options.retry is not None:
        found["retryStrategy"] = retry_strategy(options.retry)
    if options.timeout is not None:
        found["timeout"] = go_duration(options.timeout)
    if options.node_selector:
        found["nodeSelector"] = dict(options.node_selector)
    if options.service_account:
        found["serviceAccountName"] = options.service_account
    return found | shaped_fields(options.shaped)


_SHAPED = {
    "affinity": "affinity",
    "daemon": "daemon",
    "init": "initContainers",
    "sidecars": "sidecars",
    "tolerations": "tolerations",
}


def shaped_fields(shaped: Shaped) -> dict[str, Any]:
    """Return the fields of a template that stand in Argo's own form, `argo` excepted."""
    found = {field: shaped[key].data() for key, field in _SHAPED.items() if key in shaped}
    if "metrics" in shaped:
        metrics: Any = shaped["metrics"].data()
        found["metrics"] = {"prometheus": [_metric(item) for item in metrics]}
    if "pod" in shaped:
        found["podSpecPatch"] = json.dumps(shaped["pod"].data(), ensure_ascii=False, separators=(",", ":"))
    return found


def _metric(item: dict[str, Any]) -> dict[str, Any]:
    """Return a metric with the one field that Kubernetes wants of a gauge, and people leave out."""
    return item | {"gauge": {"realtime": False} | item["gauge"]} if "gauge" in item else item


def container_options(options: Options) -> dict[str, Any]:
    """Return the fields of a container that its task sets."""
    found: dict[str, Any] = {}
    if options.image_pull_policy:
        found["imagePullPolicy"] = options.image_pull_policy
    if options.workdir:
        found["workingDir"] = options.workdir
    if options.resources is not None:
        parts = {"requests": dict(options.resources.requests), "limits": dict(options.resources.limits)}
        found["resources"] = {name: amounts for name, amounts in parts.items() if amounts}
    if "securityContext" in options.shaped:
        found["securityContext"] = options.shaped["securityContext"].data()
    return found


def env_source(name: str, source: Source) -> dict[str, Any]:
    """Return an environment variable that Kubernetes fills in."""
    if source.kind == "field":
        return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": source.name}}}
    key = "secretKeyRef" if source.kind == "secret" else "configMapKeyRef"
    return {"name": name, "valueFrom": {key: {"name": source.name, "key": source.key}}}
