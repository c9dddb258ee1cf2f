"""Outputs of steps and dag templates, and outputs under a global name."""

from typing import Any

from yamlflow.engine.expression import as_text, evaluate
from yamlflow.engine.globals import forget_globals
from yamlflow.engine.gojson import plain_text
from yamlflow.engine.inputs import resolve_artifact
from yamlflow.engine.run import Run
from yamlflow.engine.scope import ABSENT, MISSING, Scope, SubstitutionError, fill
from yamlflow.engine.templates import TemplateDict


def export_globals(run: Run, outputs: dict[str, Any] | None) -> None:
    """Hand outputs that have a `globalName` to the workflow; later ones win."""
    if not outputs:
        return
    for kind in ("parameters", "artifacts"):
        for item in outputs.get(kind) or []:
            if item.get("globalName") and (kind == "artifacts" or "value" in item):
                _export(run, kind, item)


def _export(run: Run, kind: str, item: dict[str, Any]) -> None:
    exported = {key: value for key, value in item.items() if key not in ("globalName", "path", "valueFrom")}
    exported["name"] = item["globalName"]
    listed: list[dict[str, Any]] = run.state.status.setdefault("outputs", {}).setdefault(kind, [])
    for index, known in enumerate(listed):
        if known["name"] == exported["name"]:
            listed[index] = exported
            break
    else:
        listed.append(exported)
    forget_globals(run.state)
    run.touch_workflow()


def template_outputs(template: TemplateDict, scope: Scope) -> dict[str, Any] | None:
    """Return the outputs of a steps or dag template; SubstitutionError when one cannot be had."""
    declared = template.get("outputs") or {}
    parameters = [_parameter(item, scope) for item in declared.get("parameters") or []]
    artifacts = [found for item in declared.get("artifacts") or [] if (found := _artifact(item, scope)) is not None]
    out: dict[str, Any] = {}
    if parameters:
        out["parameters"] = parameters
    if artifacts:
        out["artifacts"] = artifacts
    return out or None


def _parameter(declared: dict[str, Any], scope: Scope) -> dict[str, Any]:
    source = declared.get("valueFrom")
    if source is None:
        raise SubstitutionError("output parameters must have a valueFrom specified")
    try:
        value = _value(source, scope)
    except SubstitutionError:
        if "default" not in source:
            raise
        value = ABSENT
    if value is ABSENT and "default" in source:
        value = fill(plain_text(source["default"]), scope)
    if value is ABSENT:
        raise SubstitutionError(
            f'output parameter "{declared["name"]}": "{source.get("parameter", "")}" is an absent optional '
            "(skipped/omitted node output with no default)"
        )
    kept = {key: item for key, item in declared.items() if key != "valueFrom"}
    return {**kept, "value": value}


def _value(source: dict[str, Any], scope: Scope) -> str | None:
    if source.get("expression"):
        expression = fill(source["expression"], scope)
        value = evaluate(expression, scope)
        if value is None:
            raise SubstitutionError(f'failed to evaluate expression "{expression}"')
        return as_text(value)
    name = str(source.get("parameter", "")).strip().removeprefix("{{").removesuffix("}}").strip()
    if name.startswith("="):
        value = evaluate(name[1:], scope)
        if value is None:
            raise SubstitutionError(f'Unable to resolve: "{name}"')
        return as_text(value)
    found = scope.get(name)
    if found is MISSING:
        raise SubstitutionError(f'Unable to resolve: "{name}"')
    return None if found is ABSENT else as_text(found)


def _artifact(declared: dict[str, Any], scope: Scope) -> dict[str, Any] | None:
    if not declared.get("from") and not declared.get("fromExpression"):
        return None
    try:
        found = resolve_artifact(declared, scope)
    except SubstitutionError as error:
        if declared.get("optional"):
            return None
        raise SubstitutionError(f"unable to resolve outputs from scope: {error}") from error
    return {**found, **({"globalName": declared["globalName"]} if "globalName" in declared else {})}
