"""Objects that stand beside a run: ConfigMaps, templates, claims. A run sees its own ones, then those of the store."""

from collections.abc import Iterable, Mapping
from typing import Any

Object = dict[str, Any]
Objects = dict[tuple[str, str], Object]
Secrets = Mapping[str, Mapping[str, str]]

CONFIG_MAP = "ConfigMap"
SECRET = "Secret"
CLAIM = "PersistentVolumeClaim"
TEMPLATE = "WorkflowTemplate"
CLUSTER_TEMPLATE = "ClusterWorkflowTemplate"
SECRET_VARIABLE = "YAMLFLOW_SECRET_"
"""What the names of environment variables with secrets begin with."""

KINDS = (TEMPLATE, CLUSTER_TEMPLATE, CONFIG_MAP, SECRET, CLAIM)
"""What can come along with a run."""

_TYPE_LABEL = "workflows.argoproj.io/configmap-type"


class ObjectError(Exception):
    """An object, or something in it, is not there; the message is Argo's."""


def index(items: Iterable[Object]) -> Objects:
    """Return objects by kind and name."""
    return {(item["kind"], item["metadata"]["name"]): item for item in items}


def secret_values(item: Object) -> dict[str, str]:
    """Return the values of a Secret, by key; ValueError when `data` is no base64 of a text."""
    import base64
    import binascii

    values = {key: str(value) for key, value in (item.get("stringData") or {}).items()}
    for key, text in (item.get("data") or {}).items():
        try:
            values.setdefault(key, base64.b64decode(str(text), validate=True).decode())
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ValueError(f"`data.{key}` is no base64 of a text") from error
    return values


def parameter_value(objects: Objects, name: str, key: str) -> str:
    """Return a value of a ConfigMap that holds parameters."""
    found = objects.get((CONFIG_MAP, name))
    if found is None:
        must = f"Please make sure it has the label {_TYPE_LABEL}: Parameter to be detectable by the controller"
        raise ObjectError(f"ConfigMap '{name}' does not exist. {must}")
    if (found["metadata"].get("labels") or {}).get(_TYPE_LABEL) != "Parameter":
        raise ObjectError(f"ConfigMap '{name}' needs to have the label {_TYPE_LABEL}: Parameter to load parameters")
    if key not in (found.get("data") or {}):
        raise ObjectError(f"ConfigMap '{name}' does not have the key '{key}'")
    return str(found["data"][key])


def config_values(objects: Objects, name: str) -> dict[str, str] | None:
    """Return all that a ConfigMap holds as text, or None when it is not there."""
    found = objects.get((CONFIG_MAP, name))
    return None if found is None else {key: str(value) for key, value in (found.get("data") or {}).items()}


def config_files(objects: Objects, name: str) -> dict[str, bytes] | None:
    """Return all that a ConfigMap holds as files, or None when it is not there."""
    values = config_values(objects, name)
    if values is None:
        return None
    from base64 import b64decode

    binary = objects[CONFIG_MAP, name].get("binaryData") or {}
    return {key: value.encode() for key, value in values.items()} | {
        key: b64decode(str(value), validate=True) for key, value in binary.items()
    }
