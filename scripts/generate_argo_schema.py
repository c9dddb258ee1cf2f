"""Write schemas/argo.schema.json from the models of `hera`. Run by `make generate`; `--check` only compares."""

import json
import os
import re
import sys
from typing import Any

from generated import write_or_check
from hera.workflows import models
from pydantic.json_schema import models_json_schema

TARGET = os.path.join("schemas", "argo.schema.json")
KINDS = ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow")
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_RESOURCES = {"$ref": "#/$defs/ResourceRequirements"}
_CLAIMS = {"type": "array", "items": {"$ref": "#/$defs/PodResourceClaim"}}
_RESTART_RULES = {"restartPolicyRules": {"type": "array", "items": {"$ref": "#/$defs/ContainerRestartRule"}}}

# What Argo 4.1 and the Kubernetes that it is built with have, and the package has not yet.
_NEWER: dict[str, dict[str, Any]] = {
    "Container": _RESTART_RULES,
    "ContainerNode": _RESTART_RULES,
    "ContainerRestartRule": {"action": _TEXT, "exitCodes": {"$ref": "#/$defs/ContainerRestartRuleOnExitCodes"}},
    "ContainerRestartRuleOnExitCodes": {"operator": _TEXT, "values": {"type": "array", "items": {"type": "integer"}}},
    "EnvVarSource": {"fileKeyRef": {"$ref": "#/$defs/FileKeySelector"}},
    "ExecutorPlugin": {"metadata": {"$ref": "#/$defs/ObjectMeta"}, "spec": {"$ref": "#/$defs/ExecutorPluginSpec"}},
    "ExecutorPluginSidecar": {
        "automountServiceAccountToken": {"type": "boolean"},
        "container": {"$ref": "#/$defs/Container"},
    },
    "ExecutorPluginSpec": {"sidecar": {"$ref": "#/$defs/ExecutorPluginSidecar"}},
    "FileKeySelector": {"key": _TEXT, "optional": {"type": "boolean"}, "path": _TEXT, "volumeName": _TEXT},
    "HTTPArtifact": {"saveStreamViaFile": {"type": "boolean"}},
    "PodCertificateProjection": {
        "certificateChainPath": _TEXT,
        "credentialBundlePath": _TEXT,
        "keyPath": _TEXT,
        "keyType": _TEXT,
        "maxExpirationSeconds": {"type": "integer"},
        "signerName": _TEXT,
        "userAnnotations": {"type": "object", "additionalProperties": _TEXT},
    },
    "PodResourceClaim": {"name": _TEXT, "resourceClaimName": _TEXT, "resourceClaimTemplateName": _TEXT},
    "S3Artifact": {"addressingStyle": _TEXT},
    "S3ArtifactRepository": {"addressingStyle": _TEXT},
    "ScriptTemplate": _RESTART_RULES,
    "Template": {"pendingTimeout": _TEXT, "podResources": _RESOURCES, "resourceClaims": _CLAIMS},
    "UserContainer": _RESTART_RULES,
    "VolumeProjection": {"podCertificate": {"$ref": "#/$defs/PodCertificateProjection"}},
    "WorkflowSpec": {
        "executorPlugins": {"type": "array", "items": {"$ref": "#/$defs/ExecutorPlugin"}},
        "podResources": _RESOURCES,
        "resourceClaims": _CLAIMS,
    },
}
# Types that hold whatever their owner wants.
_FREE = {"FieldsV1", "Plugin"}
# Where Argo takes less or more than the models say.
_OVERRIDES: dict[str, dict[str, Any]] = {
    "Amount": {"type": ["number", "string"]},
    "IntOrString": {"type": ["string", "integer"]},
    "Item": {"description": "An element of a loop: a mapping, a list, text, a number or a boolean."},
    "ParallelSteps": {
        "description": "Steps that run side by side: a list of them, or a mapping that holds the list.",
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/$defs/WorkflowStep"}},
            {"$ref": "#/$defs/ParallelStepsMapping"},
        ],
    },
    "ParallelStepsMapping": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"steps": {"type": "array", "items": {"$ref": "#/$defs/WorkflowStep"}}},
    },
    "Quantity": {"type": ["string", "number"]},
}
_ANY_TEXT = {"type": ["string", "number", "boolean"]}
_VALUES: dict[str, dict[str, Any]] = {
    "HTTPGetAction": {"port": {"type": ["string", "integer"]}},
    "Parameter": {"default": _ANY_TEXT, "enum": {"items": _ANY_TEXT}, "value": _ANY_TEXT},
    "ValueFrom": {"default": _ANY_TEXT},
}


def schema_text() -> str:
    """Return the schema as JSON."""
    roots = [(getattr(models, kind), "validation") for kind in KINDS]
    found = models_json_schema(roots, by_alias=True)[1]["$defs"]
    defs = {_short(name): _tidy(item) for name, item in found.items()}
    for name, properties in _NEWER.items():
        item = defs.setdefault(name, {"type": "object", "additionalProperties": False, "properties": {}})
        item["properties"] = dict(sorted({**item["properties"], **properties}.items()))
    for name, item in _OVERRIDES.items():
        defs[name] = {**{key: defs.get(name, {})[key] for key in ("description",) if key in defs.get(name, {})}, **item}
    for name, keys in _VALUES.items():
        for key, changed in keys.items():
            defs[name]["properties"][key].update(changed)
    for kind in KINDS:
        defs[kind]["properties"]["apiVersion"] = {"const": "argoproj.io/v1alpha1"}
        defs[kind]["properties"]["kind"] = {"const": kind}
        defs[kind]["required"] = ["apiVersion", "kind", "metadata", "spec"]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Argo Workflows manifest",
        "description": "A Workflow, WorkflowTemplate, ClusterWorkflowTemplate or CronWorkflow of Argo Workflows 4.1.",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {"kind": {"enum": list(KINDS)}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{kind}"},
            }
            for kind in KINDS
        ],
        "$defs": dict(sorted(defs.items())),
    }
    return json.dumps(schema, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Write the schema, or with `--check` say whether it is stale."""
    return write_or_check({TARGET: schema_text()}, arguments)


def _short(name: str) -> str:
    """Return the name of a definition; of two with the same name, Kubernetes' one gets `Kubernetes` in front."""
    if "__" not in name:
        return name
    return ("Kubernetes" if "__k8s__" in name else "") + name.rsplit("__", 1)[1]


def _tidy(item: dict[str, Any]) -> dict[str, Any]:
    """Return a definition without what only the generator of the models needs."""
    result = _clean(item)
    if result.get("type") == "object" and "properties" in result:
        if result["properties"] or "additionalProperties" not in result:
            result["additionalProperties"] = False
        result["properties"] = dict(sorted(result["properties"].items()))
    if item.get("title") in _FREE:
        result = {"type": "object"}
    # Go reads what is missing as nothing; what Argo demands is for its rules.
    result.pop("required", None)
    return result


def _clean(item: dict[str, Any]) -> dict[str, Any]:
    options = [option for option in item.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        item = {**{key: value for key, value in item.items() if key != "anyOf"}, **options[0]}
    result: dict[str, Any] = {}
    for key, value in item.items():
        if key == "properties":
            result[key] = {name: _clean(element) for name, element in value.items()}
        elif key == "description":
            result[key] = re.sub(r"\s+", " ", value).strip()
        elif key == "$ref":
            result[key] = f"#/$defs/{_short(value.removeprefix('#/$defs/'))}"
        elif key == "anyOf":
            result[key] = [_clean(option) for option in value]
        elif key not in ("title", "default", "format"):
            result[key] = _clean(value) if isinstance(value, dict) else value
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
