"""Arguments and inputs: resolving the references of a call, and giving a template's inputs their values."""

from typing import Any

from yamlflow.argo.tags import plain_name, split_tags
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.objects import ObjectError, Objects, parameter_value
from yamlflow.engine.scope import ABSENT, LENIENT, MISSING, Layer, Scope, Strictness, SubstitutionError, fill, fill_data

Arguments = dict[str, Any]
_ABSENT_MARK = "absent"  # in a resolved argument: its reference names an output that a skipped task did not give


def resolve_arguments(arguments: Arguments | None, scope: Scope, strict: Strictness) -> Arguments:
    """Return arguments with every reference replaced by what it stands for."""
    if not arguments:
        return {}
    parameters = [_parameter(item, scope, strict) for item in arguments.get("parameters") or []]
    artifacts = [_artifact(item, scope, strict) for item in arguments.get("artifacts") or []]
    return {"parameters": parameters, "artifacts": [item for item in artifacts if item is not None]}


def _parameter(parameter: dict[str, Any], scope: Scope, strict: Strictness) -> dict[str, Any]:
    if "value" not in parameter:
        return dict(parameter)
    text = plain_text(parameter["value"])
    parts = split_tags(text)
    name = plain_name(parts[0]) if len(parts) == 1 and not isinstance(parts[0], str) else None
    if name is not None and scope.get(name) is ABSENT:
        return {"name": parameter["name"], _ABSENT_MARK: True}
    return {**parameter, "value": fill(text, scope, strict)}


def _artifact(artifact: dict[str, Any], scope: Scope, strict: Strictness) -> dict[str, Any] | None:
    if not artifact.get("from") and not artifact.get("fromExpression"):
        filled: dict[str, Any] = fill_data(artifact, scope, strict)
        return filled
    try:
        return resolve_artifact(artifact, scope)
    except SubstitutionError as error:
        if artifact.get("optional"):
            return None
        raise SubstitutionError(f"unable to resolve references: {error}") from error


def resolve_artifact(artifact: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return the artifact that `from` or `fromExpression` means, under the name of the asking one."""
    if artifact.get("fromExpression"):
        from yamlflow.engine.expression import evaluate

        found = evaluate(artifact["fromExpression"], scope)
    else:
        name = artifact["from"].strip().removeprefix("{{").removesuffix("}}").strip()
        if "{{" in name:
            name = fill(name, scope, LENIENT)
        if name.startswith("="):
            from yamlflow.engine.expression import evaluate

            found = evaluate(name[1:], scope)
        else:
            found = scope.get(name)
            if found is MISSING or found is ABSENT:
                raise SubstitutionError(f'Unable to resolve: "{name}"')
    if not isinstance(found, dict):
        raise SubstitutionError(
            f"Variable {{{{{artifact.get('from') or artifact.get('fromExpression')}}}}} is not an artifact"
        )
    resolved = {key: value for key, value in found.items() if key != "globalName"}
    if sub_path := artifact.get("subPath"):
        resolved["subPath"] = _join(found.get("subPath", ""), fill(sub_path, scope, LENIENT))
    return {**resolved, "name": artifact["name"]}


def _join(path: str, below: str) -> str:
    return f"{path}/{below}" if path else below


_MUST_SAY = {"s3": "key", "gcs": "key", "oss": "key", "plugin": "key", "http": "url", "artifactory": "url"}
_MUST_SAY |= {"git": "repo", "azure": "blob", "hdfs": "path"}


def has_location(artifact: dict[str, Any]) -> bool:
    """Whether an artifact says where it is."""
    return "raw" in artifact or any((artifact.get(key) or {}).get(field) for key, field in _MUST_SAY.items())


def process_inputs(
    template: dict[str, Any], arguments: Arguments, scope: Scope, objects: Objects
) -> dict[str, Any] | None:
    """Return a template's inputs with their values, as `status.nodes` shows them; None when it has none."""
    inputs = template.get("inputs") or {}
    given = {item["name"]: item for item in arguments.get("parameters") or []}
    parameters = [_input(item, given.get(item["name"]), scope, objects) for item in inputs.get("parameters") or []]
    _fill_from_each_other(parameters, {name for name, item in given.items() if "value" in item}, scope)
    scope = scope.with_layer(input_layer({"parameters": parameters}))
    supplied = {item["name"]: item for item in arguments.get("artifacts") or []}
    artifacts = [_input_artifact(item, supplied.get(item["name"]), scope) for item in inputs.get("artifacts") or []]
    out: dict[str, Any] = {}
    if parameters:
        out["parameters"] = parameters
    if artifacts:
        out["artifacts"] = artifacts
    return out or None


def _input(declared: dict[str, Any], given: dict[str, Any] | None, scope: Scope, objects: Objects) -> dict[str, Any]:
    filled: dict[str, Any] = {key: fill_data(value, scope) for key, value in declared.items()}
    for key in ("value", "default"):
        if key in filled:
            filled[key] = plain_text(filled[key])
    name = declared["name"]
    if "value" not in filled and "default" in filled:
        filled["value"] = filled["default"]
    if given is not None and given.get(_ABSENT_MARK):
        if "value" not in filled:
            absent = "argument references an absent optional (skipped/omitted node output with no default)"
            raise SubstitutionError(f"inputs.parameters.{name}: {absent}")
    elif given is not None and "value" in given:
        filled["value"] = plain_text(given["value"])
        filled.pop("valueFrom", None)
    elif given is not None and given.get("valueFrom"):
        filled |= _from_source(name, given["valueFrom"], scope, objects)
    elif (filled.get("valueFrom") or {}).get("configMapKeyRef"):
        filled |= _from_source(name, filled["valueFrom"], scope, objects)
    if "value" not in filled:
        raise SubstitutionError(f"inputs.parameters.{name} was not supplied")
    return filled


def _fill_from_each_other(parameters: list[dict[str, Any]], given: set[str], scope: Scope) -> None:
    """Fill in the values that name other inputs; what came in by an argument is not read for tags."""
    own = [item for item in parameters if item["name"] not in given and "{{" in item.get("value", "")]
    for item in own:
        others = [other for other in parameters if other not in own]
        item["value"] = fill(item["value"], scope.with_layer(input_layer({"parameters": others})))
        own = [other for other in own if "{{" in other["value"]]


def _from_source(name: str, source: dict[str, Any], scope: Scope, objects: Objects) -> dict[str, Any]:
    """Return the value that a ConfigMap gives, or the default; nothing when there is neither."""
    default = {"value": plain_text(source["default"])} if source.get("default") is not None else {}
    reference = fill_data(source.get("configMapKeyRef") or {}, scope)
    if not reference:
        return default
    try:
        return {"value": parameter_value(objects, str(reference.get("name", "")), str(reference.get("key", "")))}
    except ObjectError as error:
        if default or reference.get("optional"):
            return default
        raise SubstitutionError(f"unable to retrieve inputs.parameters.{name} from ConfigMap: {error}") from error


_FROM_DECLARATION = ("path", "mode", "recurseMode")


def _input_artifact(declared: dict[str, Any], given: dict[str, Any] | None, scope: Scope) -> dict[str, Any]:
    filled: dict[str, Any] = fill_data(declared, scope)
    if given is None:
        if not declared.get("optional") and not has_location(declared):
            raise SubstitutionError(f"inputs.artifacts.{declared['name']} was not supplied")
        return filled
    if not declared.get("optional") and not has_location(declared) and not has_location(given):
        raise SubstitutionError(f"inputs.artifacts.{declared['name']} missing location information")
    kept = {key: value for key, value in given.items() if key not in _FROM_DECLARATION}
    return kept | {key: filled[key] for key in _FROM_DECLARATION if key in filled}


def input_variables(inputs: dict[str, Any] | None) -> dict[str, Any]:
    """Return the variables that inputs give to the texts of their template."""
    own = inputs or {}
    parameters = own.get("parameters") or []
    flat: dict[str, Any] = {f"inputs.parameters.{item['name']}": item.get("value", "") for item in parameters}
    flat["inputs.parameters"] = "null"
    if parameters:
        from yamlflow.engine.gojson import dump_parameters

        flat["inputs.parameters"] = dump_parameters(parameters)
    for artifact in own.get("artifacts") or []:
        flat[f"inputs.artifacts.{artifact['name']}"] = artifact
        if artifact.get("path"):
            flat[f"inputs.artifacts.{artifact['name']}.path"] = artifact["path"]
    return flat


def input_layer(inputs: dict[str, Any] | None) -> Layer:
    """Return the layer of a template's inputs."""
    return Layer(input_variables(inputs))
