"""Templates of several containers in one pod."""

import re
from typing import Any

from yamlflow.app.importing.options import is_duration, merge_argo
from yamlflow.app.importing.programs import bound_env, open_variables, variables_of
from yamlflow.app.importing.raw import raw
from yamlflow.app.importing.scope import Scope, read
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import Code, argument, in_text
from yamlflow.argo.view import Data, Template

_KEPT = {"image": "image", "workingDir": "workdir", "imagePullPolicy": "imagePullPolicy"}
_OWN = {*_KEPT, "name", "command", "args", "env", "resources", "securityContext", "dependencies"}


def container_set(found: Import, template: Template, scope: Scope, result: str) -> Data:
    """Return the task of a set; values that only a run knows reach its containers by the environment."""
    spec = template.data["containerSet"]
    env: dict[str, str] = {}
    made: Data = {"containers": {str(item["name"]): _container(item, scope, env) for item in spec["containers"]}}
    again = dict(spec.get("retryStrategy") or {})
    rest = {key: value for key, value in spec.items() if key not in ("containers", "retryStrategy")}
    if again.keys() <= {"retries", "duration"} and str(again.get("retries", "")).isdigit():
        limit = {"limit": int(again["retries"])}
        made["retry"] = limit | ({"duration": again["duration"]} if is_duration(again.get("duration")) else {})
    elif again:
        rest["retryStrategy"] = again
    task: Data = {"env": env} if env else {}
    _files(template.data, scope, task)
    names = [item["name"] for item in task.get("outputs") or []]
    if len(set(names)) < len(names):
        found.refuse((*template.path, "outputs"), "a parameter and an artifact have the same name")
    if result:
        task.setdefault("outputs", []).append({"name": result, "stdout": True})
    task["containerSet"] = made
    if rest:
        merge_argo(task, {"containerSet": rest})
    return task


def _container(item: Data, scope: Scope, env: dict[str, str]) -> Data:
    made: Data = {word: in_text(read(item[key], scope.names)) for key, word in _KEPT.items() if item.get(key)}
    for key in ("command", "args"):
        if item.get(key):
            made[key] = [_text(part, scope, env) for part in item[key]]
    own = {variable["name"]: bound_env(variable, scope) for variable in variables_of(item)}
    if own:
        made["env"] = own
    for key, word in (("resources", "resources"), ("securityContext", "securityContext"), ("dependencies", "after")):
        if item.get(key):
            made[word] = item[key]
    rest = {key: value for key, value in item.items() if key not in _OWN and value not in (None, [], {}, "")}
    if open_variables(item):
        rest["env"] = raw(open_variables(item), scope)
    return {**made, "argo": rest} if rest else made


def _text(value: object, scope: Scope, env: dict[str, str]) -> str:
    """Return a word of a command line; a value of the run is a variable in it."""
    texts = []
    for part in read(value, scope.names):
        if isinstance(part, Code):
            source = f"${{{{ {part.text} }}}}"
            words = re.sub(r"[^A-Z0-9]+", "_", part.text.upper()).strip("_")
            name = next((known for known, text in env.items() if text == source), words)
            env[name] = source
            texts.append(f"$({name})")
        else:
            texts.append(in_text((part,)))
    return "".join(texts)


def _files(template: Data, scope: Scope, task: Data) -> None:
    """Write the files of `main`, which lie where its program looks for them."""
    patch: Data = {}
    for item in (template.get("inputs") or {}).get("artifacts") or []:
        name = str(item["name"])
        if f"artifacts.{name}" in scope.inputs:
            task.setdefault("inputs", []).append({"name": name})
            task.setdefault("arguments", {})[name] = argument(scope.inputs[f"artifacts.{name}"])
            patch.setdefault("inputs", {}).setdefault("artifacts", []).append({"name": name, "path": item.get("path")})
    outputs = template.get("outputs") or {}
    for kind in ("parameters", "artifacts"):
        for item in outputs.get(kind) or []:
            name, text = str(item["name"]), {"type": "String"} if kind == "parameters" else {}
            task.setdefault("outputs", []).append({"name": name, **text})
            where: Any = {"valueFrom": item.get("valueFrom")} if kind == "parameters" else {"path": item.get("path")}
            patch.setdefault("outputs", {}).setdefault(kind, []).append({"name": name, **where})
    if patch:
        merge_argo(task, patch)
