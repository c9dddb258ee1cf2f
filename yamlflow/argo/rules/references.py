"""Tags: what they name is known at their place."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.names import (
    PREFIXES,
    Names,
    add_inline_inputs,
    add_items,
    add_outputs,
    global_names,
    template_names,
)
from yamlflow.argo.rules.dag import ancestors
from yamlflow.argo.tags import Tag, split_tags
from yamlflow.argo.view import Call, Template, View, calls_in
from yamlflow.diagnostics.nearest import did_you_mean

_LOOPS = ("withItems", "withParam")


def known_names(view: View) -> Iterator[Finding]:
    """Every simple tag names something that is there when its text is filled in."""
    before_end = _reachable(view, view.spec.get("entrypoint"))
    running, ended = global_names(view, at_exit=False), global_names(view, at_exit=bool(view.spec.get("onExit")))
    for template in view.templates:
        everywhere = running if template.name in before_end else ended
        yield from _template(view, template, everywhere)


def _reachable(view: View, entrypoint: str | None) -> set[str]:
    """Return the names of the templates that run before the exit handler."""
    found: set[str] = set()
    queue = [view.by_name[entrypoint]] if entrypoint in view.by_name and entrypoint is not None else []
    while queue:
        template = queue.pop()
        if template.name and template.name in found:
            continue
        found.add(template.name)
        for call in calls_in(template):
            target = _target(view, call)
            if target is not None:
                queue.append(target)
    return found


def _target(view: View, call: Call) -> Template | None:
    if call.data.get("inline"):
        return Template(call.data["inline"], (*call.path, "inline"))
    return view.by_name.get(call.data.get("template") or "")


def _template(view: View, template: Template, everywhere: Names) -> Iterator[Finding]:
    names = template_names(template, everywhere)
    if template.data.get("steps") is not None:
        yield from _steps(view, template, names)
    elif template.data.get("dag") is not None:
        yield from _dag(view, template, names)
    else:
        yield from _texts(template.data, template.path, names)
        return
    yield from _texts(template.data.get("outputs"), (*template.path, "outputs"), names)
    # The texts of an inline template are filled in together with those of the template around it.
    around = template_names(template, everywhere)
    for call in calls_in(template):
        inline = call.data.get("inline")
        if inline:
            inner = around.copy()
            add_items(call, inner)
            yield from _template(view, Template(inline, (*call.path, "inline")), inner)


def _steps(view: View, template: Template, names: Names) -> Iterator[Finding]:
    for call in calls_in(template):
        target = _target(view, call)
        name = f"steps.{call.data.get('name', '')}"
        names.known.add(f"{name}.status")
        here = names.copy()
        add_items(call, here)
        add_inline_inputs(call, here)
        if _has_exit_hook(call):
            add_outputs(call, target, here, loop=False)
        yield from _call(call, here)
        add_outputs(call, target, names, loop=any(call.data.get(key) for key in _LOOPS))


def _dag(view: View, template: Template, names: Names) -> Iterator[Finding]:
    calls = {str(call.data.get("name") or ""): call for call in calls_in(template)}
    for call in calls.values():
        add_outputs(call, _target(view, call), names, loop=any(call.data.get(key) for key in _LOOPS))
    yield from _texts(template.data["dag"].get("target"), (*template.path, "dag", "target"), names)
    before = ancestors(calls)
    for name, call in calls.items():
        here = names.copy()
        here.known |= {f"tasks.{other}.status" for other in before[name]}
        if call.data.get("hooks"):
            here.known.add(f"tasks.{name}.status")
        add_items(call, here)
        add_inline_inputs(call, here)
        yield from _call(call, here)
        yield from _arguments(call, calls, before[name])


def _has_exit_hook(call: Call) -> bool:
    return bool(call.data.get("onExit") or "exit" in (call.data.get("hooks") or {}))


def _call(call: Call, names: Names) -> Iterator[Finding]:
    for key, value in call.data.items():
        if key != "inline":
            yield from _texts(value, (*call.path, key), names)


def _arguments(call: Call, calls: dict[str, Call], before: set[str]) -> Iterator[Finding]:
    """Outputs of a task reach the arguments of those tasks only that wait for it."""
    arguments = call.data.get("arguments") or {}
    for key, field in (("parameters", "value"), ("artifacts", "from")):
        for index, item in enumerate(arguments.get(key) or []):
            text = item.get(field)
            name = text.split(".")[1] if isinstance(text, str) and text.startswith("{{tasks.") and "." in text else ""
            if name in calls and name not in before:
                message = f"task `{call.data.get('name')}` uses an output of task `{name}` without waiting for it"
                path = (*call.path, "arguments", key, index, field)
                yield Finding("unknown-reference", message, path, f"add `{name}` to what it depends on")


def _texts(value: Any, path: Path, names: Names) -> Iterator[Finding]:  # noqa: ANN401 - any part of a manifest
    if isinstance(value, str):
        if "{{" in value:
            yield from _text(value, path, names)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key), names)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index), names)


def _text(text: str, path: Path, names: Names) -> Iterator[Finding]:
    at = 0
    for part in split_tags(text):
        source = part if isinstance(part, str) else part.source
        if isinstance(part, Tag) and len(part.name) == 1 and isinstance(part.name[0], str):
            name = part.name[0]
            if name.startswith(PREFIXES) and name not in names:
                start = at + source.index(name)
                yield _unknown(name, path, (start, start + len(name)), names)
        at += len(source)


def _unknown(name: str, path: Path, part: tuple[int, int], names: Names) -> Finding:
    message = f"nothing is known as `{name}` here"
    return Finding("unknown-reference", message, path, did_you_mean(name, names.known), part=part)
