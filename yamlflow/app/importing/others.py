"""Templates without a program of their own: suspend, resource, http, and those that only Argo knows."""

from typing import Any

from yamlflow.app.importing.options import is_duration
from yamlflow.app.importing.scope import Scope, filled, read
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.texts import parsed
from yamlflow.app.importing.values import in_text
from yamlflow.argo.view import Data, Template

_RESOURCE = ("action", "successCondition", "failureCondition", "flags", "mergeStrategy", "setOwnerReference")
_HTTP = ("url", "method", "body", "successCondition", "insecureSkipVerify")


def suspend(_found: Import, template: Template, scope: Scope, _result: str) -> Data:
    """Return a task that waits: for a time, or until a person lets the run go on."""
    duration = template.data["suspend"].get("duration")
    outputs = (template.data.get("outputs") or {}).get("parameters") or []
    if duration and not outputs:
        value = in_text(read(duration, scope.names))
        return {"sleep": int(value) if value.isdigit() else value}
    asked: Data = {}
    inputs = {str(item["name"]): item for item in (template.data.get("inputs") or {}).get("parameters") or []}
    fields = [_field(str(item["name"]), inputs.get(str(item["name"])) or {}) for item in outputs]
    if fields:
        asked["inputs"] = fields
    if is_duration(duration):
        asked["timeout"] = duration
    return {"pause": asked}


def _field(name: str, said: Data) -> Data:
    known: Data = {key: said[key] for key in ("enum", "description") if key in said}
    default = said.get("value", said.get("default"))
    return {"name": name, **known, **({} if default is None else {"default": default})}


def resource(found: Import, template: Template, scope: Scope, _result: str) -> Data:
    """Return a task that makes or changes an object."""
    spec = template.data["resource"]
    known = {key: spec[key] for key in _RESOURCE if spec.get(key) not in (None, [], False)}
    outside = scope._replace(in_pod=False)
    action = known.pop("action", "")
    made: Data = {"action": action, **{key: filled(item, outside.names) for key, item in known.items()}}
    if spec.get("manifest"):
        manifest = parsed(_shielded(str(spec["manifest"])))
        if not isinstance(manifest, dict):
            found.refuse((*template.path, "resource", "manifest"), "the manifest is no single object")
            return {}
        made["manifest"] = filled(_unshielded(manifest), outside.names)
    if spec.get("manifestFrom"):
        found.refuse((*template.path, "resource", "manifestFrom"), "a manifest from an artifact cannot be imported")
    task: Data = {"resource": made}
    outputs = (template.data.get("outputs") or {}).get("parameters") or []
    fields = [
        {
            "name": str(item["name"]),
            **{key: item["valueFrom"][key] for key in ("jsonPath", "jqFilter") if key in item["valueFrom"]},
        }
        for item in outputs
    ]
    if fields:
        task["outputs"] = fields
    return task


_OPEN, _CLOSE = "\ue000", "\ue001"


def _shielded(text: str) -> str:
    """Return a YAML text in which tags are no flow mappings."""
    return text.replace("{{", _OPEN).replace("}}", _CLOSE)


def _unshielded(value: Any) -> Any:  # noqa: ANN401 - any YAML
    if isinstance(value, dict):
        return {_unshielded(key): _unshielded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unshielded(item) for item in value]
    return value.replace(_OPEN, "{{").replace(_CLOSE, "}}") if isinstance(value, str) else value


def http(_found: Import, template: Template, scope: Scope, _result: str) -> Data:
    """Return a request."""
    spec = template.data["http"]
    made = {key: filled(spec[key], scope.names) for key in _HTTP if spec.get(key) not in (None, "", False)}
    headers = {}
    for item in spec.get("headers") or []:
        source = (item.get("valueFrom") or {}).get("secretKeyRef")
        headers[str(item["name"])] = {"secret": source} if source else filled(item.get("value", ""), scope.names)
    if headers:
        made["headers"] = headers
    if spec.get("timeoutSeconds"):
        made["timeout"] = spec["timeoutSeconds"]
    return {"http": made}
