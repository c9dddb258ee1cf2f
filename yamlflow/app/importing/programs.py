"""Templates with a program: container and script."""

from typing import Any

from yamlflow.app.importing.body import Body
from yamlflow.app.importing.options import merge_argo
from yamlflow.app.importing.raw import raw
from yamlflow.app.importing.scope import POD, Scope, has_tag, read
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import UnknownTagError, in_text
from yamlflow.argo.tags import Tag, split_tags
from yamlflow.argo.view import Data, Template

_CODE_FLAGS = {"node": "-e", "nodejs": "-e", "perl": "-e", "ruby": "-e", "php": "-r"}
_SHELLS = ("sh", "bash", "ash", "dash", "zsh", "ksh")
CAPTURE = 'out=$0; mkdir -p "$(dirname "$out")"; "$@" > "$out"; code=$?; cat "$out"; exit "$code"'
_PROGRAM = {"source", "image", "command", "args", "env"}
_ANY_IMAGE = "alpine:3.20"
_OWN = {"image", "command", "args", "env", "resources", "workingDir", "securityContext", "source", "name"}
_REFERENCES = {"secretKeyRef": "secret", "configMapKeyRef": "configMap"}


def container(found: Import, template: Template, scope: Scope, result: str) -> Data:
    """Return the task of a container template; `result` is the output that holds what it prints."""
    spec = template.data["container"]
    return _program(found, template, scope, result, spec, "container")


def script(found: Import, template: Template, scope: Scope, result: str) -> Data:
    """Return the task of a script template: a script too, or a container where its text has tags."""
    spec = template.data["script"]
    sides = [item for side in ("inputs", "outputs") for item in (template.data.get(side) or {}).values() if item]
    source, command = str(spec.get("source") or ""), [str(part) for part in spec.get("command") or []]
    plain = not has_tag([source, *command, spec.get("image")]) and "${{" not in source
    plain = plain and _is_known(open_variables(spec), scope)
    if plain and command and (not sides or not _touches_files(template.data)):
        return _run(found, template, scope, result)
    flag = _code_flag(command)
    if not flag:
        what = f"`{command[0]}`" if command else "the image"
        found.refuse((*template.path, "script"), f"a script with inputs for {what} cannot be imported")
        return {}
    spec = {**spec, "command": [*command, flag], "args": [source]}
    return _program(found, template, scope, result, spec, "script")


def _touches_files(template: Data) -> bool:
    inputs, outputs = template.get("inputs") or {}, template.get("outputs") or {}
    return bool(inputs.get("artifacts") or outputs.get("artifacts") or outputs.get("parameters"))


def _code_flag(command: list[str]) -> str:
    """Return the flag after which an interpreter takes its program, or "" when that is not known."""
    name = command[0].rpartition("/")[2] if command else ""
    if name in _SHELLS or name.startswith("python"):
        return "-c"
    return _CODE_FLAGS.get(name, "")


def _run(found: Import, template: Template, scope: Scope, result: str) -> Data:
    spec = template.data["script"]
    shell = " ".join(map(str, spec["command"]))
    task: Data = {"image": spec.get("image"), "shell": f"{shell} +e" if shell in ("sh", "bash") else shell}
    task["run"] = str(spec.get("source") or "")
    if result:
        task["outputs"] = [{"name": result, "stdout": True}]
    env = {item["name"]: bound_env(item, scope) for item in variables_of(spec)}
    if env:
        task["env"] = env
    _settings(found, template, spec, scope, task, "script")
    return task


def bound_env(item: Data, scope: Scope) -> Any:  # noqa: ANN401 - the value of a variable
    """Return a variable as `env` of a task has it."""
    return _reference(item) if "valueFrom" in item else in_text(read(item.get("value", ""), scope.names))


def _program(found: Import, template: Template, scope: Scope, result: str, spec: Data, key: str) -> Data:
    body = Body(template.data, scope)
    path = (*template.path, key)
    for item in (template.data.get("outputs") or {}).get("parameters") or []:
        if "path" not in (item.get("valueFrom") or {}):
            found.refuse((*template.path, "outputs"), f"the program does not write the output `{item['name']}`")
            return {}
    task: Data = {"container": {}}
    try:
        command = [body.text(part) for part in spec.get("command") or []]
        args = [body.text(part) for part in spec.get("args") or []]
        env = {item["name"]: _env(item, body) for item in variables_of(spec) if not _of_pod(item)}
        own = {item["name"]: bound_env(item, scope) for item in variables_of(spec) if _of_pod(item)}
    except UnknownTagError as error:
        found.refuse_tag(path, error)
        return {}
    if result and not command:
        hint = "give the template a `command`"
        found.refuse(path, "what an image without `command` prints cannot be an output", hint)
        return {}
    if result:
        command, args = ["sh", "-c", CAPTURE, {"outputPath": result}], [*command, *args]
    texts = {name: value for name, value in env.items() if not _is_reference(value)}
    references = {name: value for name, value in env.items() if _is_reference(value)}
    made: Data = {"image": _ANY_IMAGE, "command": command, "args": args}
    outputs = _outputs(template.data)
    made |= {
        "env": {**texts, **task["container"].get("env", {})},
        "fileOutputs": {name: where for name, where in outputs.items() if where},
    }
    task["container"] = {name: value for name, value in made.items() if value}
    _read_files(body, task, (template.data.get("inputs") or {}).get("artifacts") or [])
    if body.arguments:
        task = {"inputs": [{"name": name} for name in body.arguments], **task, "arguments": body.arguments}
    names = [*outputs, *([result] if result else [])]
    if names:
        task["outputs"] = [{"name": name} for name in names]
    if references or own or body.env:
        task["env"] = {**body.env, **references, **own}
    _settings(found, template, spec, scope, task, "container")
    return task


def _outputs(template: Data) -> dict[str, str]:
    outputs = template.get("outputs") or {}
    files = {str(item["name"]): str(item.get("path") or "") for item in outputs.get("artifacts") or []}
    for item in outputs.get("parameters") or []:
        files.setdefault(str(item["name"]), str((item.get("valueFrom") or {}).get("path") or ""))
    return files


def _read_files(body: Body, task: Data, declared: list[Data]) -> None:
    """Have files that the program reads without saying so stand where it looks for them, and all as it wants them."""
    for item in declared:
        name = str(item["name"])
        said: Data = {key: item[key] for key in ("mode", "recurseMode", "optional") if item.get(key)}
        if name in body.input_paths and name not in body.read_paths:
            body.path_of(name)
            task["container"].setdefault("env", {})[f"INPUT_{name.upper().replace('-', '_')}"] = {"inputPath": name}
            said = {"path": body.input_paths[name], **said}
        if said and name in body.input_paths:
            merge_argo(task, {"inputs": {"artifacts": [{"name": name, **said}]}})


def component_settings(found: Import, template: Template, scope: Scope, task: Data) -> None:
    """Write what the container of a component's task says beside the component."""
    spec = template.data["container"]
    own = [item for item in variables_of(spec) if "valueFrom" in item]
    if own:
        task["env"] = {item["name"]: _reference(item) for item in own}
    _settings(found, template, spec, scope, task, "container")


def _settings(found: Import, template: Template, spec: Data, scope: Scope, task: Data, kind: str) -> None:
    """Write what a container says beside its program."""
    try:
        values = raw({key: value for key, value in spec.items() if key not in _PROGRAM}, scope, task)
        image = raw(spec.get("image") or "", scope, task)
        variables = raw(open_variables(spec), scope, task)
    except UnknownTagError as error:
        found.refuse_tag((*template.path, template.kind), error)
        return
    if values.get("resources"):
        task["resources"] = {key: item for key, item in values["resources"].items() if key in ("requests", "limits")}
    for key, word in (("workingDir", "workdir"), ("securityContext", "securityContext")):
        if values.get(key):
            task[word] = values[key]
    rest = {key: value for key, value in values.items() if key not in _OWN and value not in (None, [], {}, "")}
    known = {item["name"]: _reference(item) for item in variables if _reference(item)}
    if known:
        task["env"] = {**task.get("env", {}), **known}
    if len(known) < len(variables):
        rest["env"] = open_variables({"env": variables})
    if has_tag(image):
        rest["image"] = image
    elif "container" in task:
        task["container"]["image"] = image
    if rest:
        merge_argo(task, {kind: rest})


def variables_of(spec: Data) -> list[Data]:
    """Return the variables of a container that `env` of a task can say."""
    return [item for item in spec.get("env") or [] if "valueFrom" not in item or _reference(item)]


def open_variables(spec: Data) -> list[Data]:
    """Return the other ones: those that a tag names, and those that may be absent."""
    return [item for item in spec.get("env") or [] if "valueFrom" in item and not _reference(item)]


def _is_known(value: Any, scope: Scope) -> bool:  # noqa: ANN401 - parts of manifests
    """Whether all that the tags of a tree stand for is known before the run."""
    try:
        raw(value, scope)
    except UnknownTagError:
        return False
    return True


def _of_pod(item: Data) -> bool:
    """Whether a variable holds what only the running pod knows; a component has no word for it."""
    tags = [part for part in split_tags(str(item.get("value") or "")) if isinstance(part, Tag)]
    return any(str(tag.name[0] if tag.name else "").strip() in POD for tag in tags)


def _env(item: Data, body: Body) -> Any:  # noqa: ANN401 - the value of a variable
    return _reference(item) if "valueFrom" in item else body.text(item.get("value", ""))


def _reference(item: Data) -> Data | None:
    """Return the word for where a variable has its value from, if there is one."""
    source = item["valueFrom"]
    for key, word in _REFERENCES.items():
        if key in source and set(source[key]) == {"name", "key"} and not has_tag(source):
            return {word: source[key]}
    if set(source.get("fieldRef") or ()) == {"fieldPath"}:
        return {"field": source["fieldRef"]["fieldPath"]}
    return None


def _is_reference(value: object) -> bool:
    return isinstance(value, dict) and not {"secret", "configMap", "field"}.isdisjoint(value)
