"""The variables of the workflow, which every text may name."""

import time
from collections.abc import Iterable
from typing import Any

from yamlflow.argo.durations import format_rfc3339, parse_rfc3339
from yamlflow.engine.gojson import dump_parameters, dumps, plain_text
from yamlflow.engine.objects import ObjectError, parameter_value
from yamlflow.engine.scope import Layer, Scope, SubstitutionError, fill, fill_data
from yamlflow.engine.state import State

_STRFTIME = "AaBbCcDdeFHIjkLlMmNPpQRrSsTUuVvWwXxYyZz"
_OTHERS = "workflow.parameters."
_SCHEDULED = "workflows.argoproj.io/scheduled-time"


class _Globals(Layer):
    """The workflow's variables; its age is computed when asked for."""

    __slots__ = ("_now", "_started")

    def __init__(self, flat: dict[str, Any], started: float | None, now: float) -> None:
        super().__init__(flat)
        self._started = started
        self._now = now

    def at(self, now: float) -> "_Globals":
        self._now = now
        return self

    def _duration(self) -> str:
        return f"{0 if self._started is None else self._now - self._started:f}"

    def get(self, name: str) -> object:
        if name == "workflow.duration":
            return self._duration()
        return super().get(name)

    def tree(self, root: str, names: Iterable[str] | None) -> object:
        found = super().tree(root, names)
        return {**found, "duration": self._duration()} if root == "workflow" and isinstance(found, dict) else found


def globals_layer(state: State, now: float) -> Layer:
    """Return the variables that every text may name."""
    layer = state.cache.get("globals")
    if layer is None:
        started = state.status.get("startedAt")
        layer = _Globals(_globals(state), parse_rfc3339(started) if started else None, now)
        state.cache["globals"] = layer
    found: Layer = layer.at(now)
    return found


def forget_globals(state: State) -> None:
    """Have the workflow's variables read anew: its outputs or its status changed."""
    state.cache.pop("globals", None)


def _globals(state: State) -> dict[str, Any]:
    spec, metadata = state.spec, state.manifest["metadata"]
    created = metadata.get("creationTimestamp") or format_rfc3339(0)
    flat: dict[str, Any] = {
        "workflow.name": state.name,
        "workflow.namespace": state.namespace,
        "workflow.mainEntrypoint": spec.get("entrypoint", ""),
        "workflow.serviceAccountName": spec.get("serviceAccountName", ""),
        "workflow.uid": state.uid,
        "workflow.creationTimestamp": created,
        "workflow.creationTimestamp.RFC3339": created,
        "workflow.status": state.cache.get("status") or state.phase,
    }
    flat |= _times(created)
    flat |= _parameters(state, flat)
    if spec.get("priority") is not None:
        flat["workflow.priority"] = str(spec["priority"])
    if "failures" in state.cache:
        flat["workflow.failures"] = state.cache["failures"]
    flat |= _metadata(state, metadata)
    outputs = state.status.get("outputs") or {}
    flat |= {f"workflow.outputs.parameters.{item['name']}": item["value"] for item in outputs.get("parameters") or []}
    flat |= {f"workflow.outputs.artifacts.{item['name']}": item for item in outputs.get("artifacts") or []}
    return flat


def _parameters(state: State, flat: dict[str, Any]) -> dict[str, Any]:
    """Return the run's parameters; the tags in their values are filled in once, so that a time or a chance stays."""
    parameters = (state.spec.get("arguments") or {}).get("parameters") or []
    values: dict[str, str] = state.cache.setdefault("parameters", {})
    texts = [(f"workflow.parameters.{item['name']}", _argument(state, item, flat)) for item in parameters]
    for name, text in sorted(texts, key=lambda named: _OTHERS in named[1]):
        if name not in values:
            values[name] = fill(text, Scope(Layer({**flat, **values}))) if "{{" in text else text
    read = [
        {**item, "value": values[name]} if "value" in item else item
        for item, (name, _) in zip(parameters, texts, strict=True)
    ]
    listed = dump_parameters(read)
    return {"workflow.parameters": listed, "workflow.parameters.json": listed, **values}


def _argument(state: State, parameter: dict[str, Any], flat: dict[str, Any]) -> str:
    if "value" in parameter:
        return plain_text(parameter["value"])
    source = parameter.get("valueFrom") or {}
    reference = fill_data(source.get("configMapKeyRef") or {}, Scope(Layer(flat)))
    if not reference:
        return plain_text(source.get("default", ""))
    name, key = str(reference.get("name", "")), str(reference.get("key", ""))
    try:
        return parameter_value(state.objects, name, key)
    except ObjectError as error:
        if source.get("default") is not None:
            return plain_text(source["default"])
        where = f"from configmap with name {name} and key {key}"
        raise SubstitutionError(f"failed to set global parameter {parameter['name']} {where}: {error}") from error


def _metadata(state: State, metadata: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    extra = state.spec.get("workflowMetadata") or {}
    for kind in ("labels", "annotations"):
        own = metadata.get(kind) or {}
        flat[f"workflow.{kind}"] = flat[f"workflow.{kind}.json"] = dumps(own, sort=True)
        flat |= {f"workflow.{kind}.{key}": plain_text(value) for key, value in own.items()}
        flat |= {f"workflow.{kind}.{key}": plain_text(value) for key, value in (extra.get(kind) or {}).items()}
    if _SCHEDULED in (metadata.get("annotations") or {}):
        flat["workflow.scheduledTime"] = metadata["annotations"][_SCHEDULED]
    return flat


def _times(created: str) -> dict[str, Any]:
    moment = time.gmtime(parse_rfc3339(created))
    flat = {f"workflow.creationTimestamp.{sign}": time.strftime(f"%{sign}", moment) for sign in _STRFTIME}
    return {**flat, "workflow.creationTimestamp.s": str(int(parse_rfc3339(created)))}
