"""Tasks that run something: the template of a component or a script, and the arguments that the task passes."""

from typing import Any, NamedTuple

from yamlflow.components import SHOWN, Component, resolve_command, sanitize
from yamlflow.components.model import InputValue
from yamlflow.pipeline.container_set import MAIN, ContainerSet, Member
from yamlflow.pipeline.contents import TemplateReference
from yamlflow.pipeline.durations import go_duration
from yamlflow.pipeline.model import Task
from yamlflow.pipeline.names import variable_of
from yamlflow.pipeline.options import Script
from yamlflow.pipeline.tags import carries_tag
from yamlflow.render.contents import built
from yamlflow.render.demand import is_text
from yamlflow.render.env import Environment
from yamlflow.render.held import add_held
from yamlflow.render.level import Level
from yamlflow.render.merge import patched
from yamlflow.render.options import container_options, env_source, template_options
from yamlflow.render.program import encoded, without_tags
from yamlflow.render.secrets import Secrets, arguments_of
from yamlflow.render.text import constant, tag

Fields = dict[str, Any]


def leaf_template(task: Task, level: Level) -> tuple[str, Fields]:
    """Return the template's name and the task's arguments."""
    if task.component is not None:
        body, arguments = _component(task, task.component, level)
        alias = getattr(task.component_ref, "value", "")
        named = task.kind == "component" and level.shared.pipeline.names_component(alias)
        name = alias if named else task.name
    elif isinstance(task.content, ContainerSet):
        body, arguments = _container_set(task, task.content, level)
        name = task.name
    elif task.content is not None:
        body, arguments = _content(task, level)
        name = task.name
    else:
        assert task.script is not None
        body, arguments = _script(task, task.script, level)
        name = task.name
    if task.locks or task.volumes or task.cache is not None:
        add_held(task, body, arguments, level)
    body = patched(body, task.options.shaped)
    templates = level.shared.templates
    found = templates.add(sanitize(name), task.path, body)
    templates.owners.setdefault(found, task)
    return found, arguments


def _component(task: Task, component: Component, level: Level) -> tuple[Fields, Fields]:
    assert component.container is not None
    given = set(task.arguments)
    environment = Environment(task, level)
    by_value: set[str] = set()
    by_path: set[str] = set()

    secrets = arguments_of(task, component, level.shared.secrets)

    def value(name: str) -> str:
        if name in secrets:
            return ""
        by_value.add(name)
        return tag(("inputs", "parameters", sanitize(name)))

    def path(name: str) -> str:
        by_path.add(name)
        return component.input_path(name)

    resolved = resolve_command(component, given, value, path, _constants(task))
    parameters = [
        _parameter(item.name, item.name in given, item.default) for item in component.inputs if item.name in by_value
    ]
    artifacts = [
        _artifact(item.name, component.input_path(item.name), item.optional and item.default is None)
        for item in component.inputs
        if item.name in by_path
    ]
    outputs = _outputs(
        task, {item.name: component.output_path(item.name) for item in component.outputs}, level, environment
    )
    container: Fields = {"image": environment.image(task.options, component.container.image)}
    if resolved.command:
        container["command"] = without_tags(component, resolved.command)
    if resolved.args:
        container["args"] = resolved.args
    env = _own_env(component, resolved.env, secrets, task) + environment.entries
    if env:
        container["env"] = env
    container.update(container_options(task.options))
    annotations = level.shared.annotations_of(
        component, [item.name for item in component.inputs if item.name in by_value]
    )
    parameters += environment.parameters
    body = _template(task, annotations, _present(parameters=parameters, artifacts=artifacts), outputs)
    body["container"] = container
    arguments = _arguments(task, by_value, by_path, environment, level)
    _add_defaults(arguments, component, by_path - given)
    return body, arguments


def _own_env(
    component: Component, resolved: list[tuple[str, str]], secrets: Secrets, task: Task
) -> list[dict[str, Any]]:
    """The variables that a component sets itself, those that the task sets left out."""
    written = dict(component.container.env) if component.container is not None else {}
    found: list[dict[str, Any]] = []
    for name, text in resolved:
        arg = written[name]
        if name in task.env:
            continue
        if isinstance(arg, InputValue) and arg.name in secrets:
            source = secrets[arg.name]
            found += [env_source(name, source)] if source is not None else []
        else:
            found.append({"name": name, "value": text})
    return found


def _content(task: Task, level: Level) -> tuple[Fields, Fields]:
    parts = built(task, level)
    inputs, outputs = _present(parameters=parts.parameters), _present(parameters=parts.outputs)
    return _template(task, {}, inputs, outputs) | parts.fields, _present(parameters=parts.arguments)


def _constants(task: Task) -> dict[str, str]:
    """The arguments that are known now."""
    return {name: constant(value) for name, (_, value) in task.arguments.items() if value.parts is None}


def _add_defaults(arguments: Fields, component: Component, absent: set[str]) -> None:
    """A default that the program reads from a file travels as a raw artifact."""
    for item in component.inputs:
        if item.name in absent and item.default is not None:
            artifact = {"name": sanitize(item.name), "raw": {"data": item.default}}
            arguments.setdefault("artifacts", []).append(artifact)


class _Files(NamedTuple):
    """What a script knows of files: the template's inputs and outputs, and variables with their paths."""

    artifacts: list[Fields]
    outputs: Fields
    env: list[Fields]


def _files(task: Task, environment: Environment, level: Level) -> _Files:
    inputs = {name: f"/tmp/input-{sanitize(name)}" for name in task.inputs or {}}
    paths = {name: f"/tmp/output-{sanitize(name)}" for name in task.outputs or {} if name != task.printed}
    artifacts = [_artifact(name, inputs[name], not port.required) for name, port in (task.inputs or {}).items()]
    outputs = _outputs(task, paths, level, environment)
    env = [{"name": _variable("INPUT", name), "value": path} for name, path in inputs.items()]
    env += [{"name": _variable("OUTPUT", name), "value": path} for name, path in paths.items()]
    return _Files(artifacts, outputs, env)


def _script(task: Task, script: Script, level: Level) -> tuple[Fields, Fields]:
    environment = Environment(task, level)
    files = _files(task, environment, level)
    container: Fields = {"image": environment.image(task.options, script.image)}
    body = _template(task, {}, _present(parameters=environment.parameters, artifacts=files.artifacts), files.outputs)
    source = script.source.value
    if carries_tag(source):
        container |= _decoded(script)
    else:
        container["command"] = _shell(script)
    if env := files.env + environment.entries:
        container["env"] = env
    container.update(container_options(task.options))
    if carries_tag(source):
        body["container"] = container
    else:
        body["script"] = container | {"source": source}
    return body, _arguments(task, set(), set(task.inputs or {}), environment, level)


def _shell(script: Script) -> list[str]:
    return {"sh": ["sh", "-e"], "bash": ["bash", "-eo", "pipefail"]}.get(script.shell) or script.shell.split()


def _decoded(script: Script) -> Fields:
    """Return the command that decodes a script which Argo would change, and runs it."""
    source = encoded(script.source.value)
    return {"command": ["sh", "-ec", _DECODE.format(shell=" ".join(_shell(script)))], "args": [source]}


def _container_set(task: Task, content: ContainerSet, level: Level) -> tuple[Fields, Fields]:
    environment = Environment(task, level)
    files = _files(task, environment, level)
    containers = []
    for member in content.members.values():
        own = environment.of(member.env)
        common = [entry for entry in environment.entries if entry["name"] not in member.env]
        env = (files.env if member.name == MAIN else []) + common + own
        containers.append(_member(member, environment.image(member.options, member.image), env))
    fields: Fields = {"containers": containers}
    if content.retries is not None:
        fields["retryStrategy"] = {"retries": str(content.retries)}
        if content.pause is not None:
            fields["retryStrategy"]["duration"] = go_duration(content.pause)
    inputs = _present(parameters=environment.parameters, artifacts=files.artifacts)
    body = _template(task, {}, inputs, files.outputs) | {"containerSet": fields}
    return body, _arguments(task, set(), set(task.inputs or {}), environment, level)


def _member(member: Member, image: str, env: list[Fields]) -> Fields:
    found: Fields = {"name": member.name, "image": image}
    if member.script is None:
        found |= {key: words for key, words in (("command", member.command), ("args", member.args)) if words}
    elif carries_tag(member.script.source.value):
        found |= _decoded(member.script)
    else:
        found |= {"command": [*_shell(member.script), "-c"], "args": [member.script.source.value]}
    if member.after:
        found["dependencies"] = [text.value for text in member.after]
    if env:
        found["env"] = env
    return patched(found | container_options(member.options), member.options.shaped)


_DECODE = 'printf "%s" "$0" | base64 -d > /tmp/script\nexec {shell} /tmp/script\n'


def _variable(prefix: str, name: str) -> str:
    return f"{prefix}_{variable_of(name)}"


def _parameter(name: str, given: bool, default: str | None) -> Fields:
    """An input by value; without an argument it has its default, or the empty text."""
    return {"name": sanitize(name)} if given else {"name": sanitize(name), "default": default or ""}


def _artifact(name: str, path: str, optional: bool) -> Fields:
    found: Fields = {"name": sanitize(name), "path": path}
    return found | {"optional": True} if optional else found


def _present(**lists: list[Fields]) -> Fields:
    return {name: items for name, items in lists.items() if items}


def _outputs(task: Task, paths: dict[str, str], level: Level, environment: Environment) -> Fields:
    """The outputs that are wanted; one that nobody wants is kept as text when it is one by its type, else as a file.

    One that the task sends somewhere is a file in any case.
    """
    parameters: list[Fields] = []
    artifacts: list[Fields] = []
    demand = level.shared.demand
    for name, path in paths.items():
        port = (task.outputs or {})[name]
        modes = demand.of(task, name)
        if sanitize(name) in SHOWN:
            modes |= {"path"}
        modes = modes or frozenset({"value" if is_text(port.type) else "path"})
        if not path:
            continue
        place: Fields = {}
        if name in task.destinations:
            modes = modes | {"path"}
            data = environment.data("artifact", task.destinations[name][1])
            place = data if isinstance(data, dict) else {}
        if "value" in modes:
            found: Fields = {"name": sanitize(name)}
            if (task, name) in demand.at_exit:
                found["globalName"] = f"{task.name}-{sanitize(name)}"
            parameters.append(found | {"valueFrom": {"path": path}})
        if "path" in modes:
            artifacts.append({"name": sanitize(name), "path": path, **place})
    return _present(parameters=parameters, artifacts=artifacts)


def _template(task: Task, annotations: dict[str, str], inputs: Fields, outputs: Fields) -> Fields:
    body: Fields = {}
    annotations = annotations | task.options.annotations
    metadata: Fields = {}
    if annotations:
        metadata["annotations"] = annotations
    if task.options.labels:
        metadata["labels"] = dict(task.options.labels)
    if metadata:
        body["metadata"] = metadata
    if inputs:
        body["inputs"] = inputs
    if outputs:
        body["outputs"] = outputs
    return body | template_options(task.options)


def _arguments(task: Task, by_value: set[str], by_path: set[str], environment: Environment, level: Level) -> Fields:
    parameters: list[Fields] = []
    artifacts: list[Fields] = []
    for name, (_, value) in task.arguments.items():
        if name in by_value:
            parameters.append({"name": sanitize(name), "value": level.text(value)})
        if name in by_path:
            artifacts.append({"name": sanitize(name), **level.artifact(value)})
    return _present(parameters=parameters + environment.arguments, artifacts=artifacts)


def reference_call(task: Task, content: TemplateReference, level: Level) -> Fields:
    """Return the call of a template on the cluster: arguments are values, but for the inputs that are declared."""
    environment = Environment(task, level)
    by_value = set(task.arguments) - content.files
    reference: Fields = {"name": content.workflow, "template": content.template}
    if content.cluster:
        reference["clusterScope"] = True
    arguments = _arguments(task, by_value, set(content.files), environment, level)
    return {"templateRef": reference} | ({"arguments": arguments} if arguments else {})
