"""The fix for `${{ }}` in a script: the values move to `env`, the script uses variables."""

from yamlflow.checks.shell_quotes import surroundings
from yamlflow.diagnostics import Edit, Fix
from yamlflow.expressions import Tag, path
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.options import Script
from yamlflow.source import Mapping, Scalar

_TAKEN = frozenset(
    {"PATH", "HOME", "USER", "PWD", "SHELL", "IFS", "LANG", "TERM", "TMPDIR", "HOSTNAME", "OLDPWD", "UID"}
)
_SHELLS = ("sh", "bash")


def move_to_env(task: Task, script: Script, tags: list[Tag]) -> Fix | None:
    """Return what moves all expressions of a script to `env`; None where quotes would keep variables from working."""
    source = script.source
    around = surroundings(source.value, [(tag.start, tag.end) for tag in tags])
    if around is None or script.shell.split()[:1] not in ([shell] for shell in _SHELLS):
        return None
    names = _Names(task)
    edits = []
    for tag, quote in zip(tags, around, strict=True):
        text = source.value[tag.start : tag.end]
        if tag.expr is None or quote in ("'", "${") or "\n" in text or source.at(tag.start, tag.end).text != text:
            return None
        variable = _variable(names.of(text, tag), quote, source.value[tag.end : tag.end + 1])
        if not source.style and tag.start == 0 and variable[0] == '"':
            return None  # the quotes would be YAML's
        written = variable.replace('"', '\\"') if source.style == '"' else variable
        edits.append(Edit(source.at(tag.start, tag.end), written))
    added = _added(task.node, names.new)
    return Fix("move the expressions to `env`", (*added, *edits)) if added is not None else None


def _variable(name: str, quote: str, following: str) -> str:
    text = f"${{{name}}}" if following.isalnum() or following == "_" else f"${name}"
    return text if quote in ('"', "$((", "#") else f'"{text}"'


class _Names:
    """Variables for expressions, those that `env` has already and `new` ones."""

    def __init__(self, task: Task) -> None:
        values = {key: item for key, item in task.env.items() if isinstance(item, Value)}
        self._known = {item.node.value: key for key, item in values.items() if isinstance(item.node, Scalar)}
        self._used = {*_TAKEN, *task.env}
        self.new: dict[str, str] = {}

    def of(self, text: str, tag: Tag) -> str:
        """Return the variable that holds an expression."""
        if text not in self._known:
            name = self._known[text] = self._free(tag)
            self._used.add(name)
            self.new[name] = text
        return self._known[text]

    def _free(self, tag: Tag) -> str:
        steps = path(tag.expr) if tag.expr is not None else None
        word = steps[-1].name if steps else "value"
        base = "".join(char if char.isascii() and char.isalnum() else "_" for char in word).upper()
        base = base if not base[:1].isdigit() else f"VALUE_{base}"
        name, number = (f"{base}_VALUE" if base in _TAKEN else base), 1
        while name in self._used or name.startswith(("INPUT_", "OUTPUT_")):
            number += 1
            name = f"{base.removeprefix('INPUT_').removeprefix('OUTPUT_')}_{number}"
        return name


def _added(node: Mapping, new: dict[str, str]) -> tuple[Edit, ...] | None:
    """Return what adds variables to the `env` of a task."""
    if not new:
        return ()
    env = node.get("env")
    if env is None:
        return _before(node, "run", f"env: {{{_flow(new)}}}")
    if not isinstance(env, Mapping) or env.alias is not None or not env.entries:
        return None
    first = next(iter(env.entries))
    if env.span.text.startswith("{"):
        return _before(env, first, _flow(new))
    lines = [f"{name}: {_quoted(text)}" for name, text in new.items()]
    return _before(env, first, *lines)


def _before(owner: Mapping, key: str, *entries: str) -> tuple[Edit, ...] | None:
    """Return what puts entries before one of a mapping, on lines of their own where that has one."""
    span = owner.entries[key].key.span
    source, at = span.source, span.start
    if owner.alias is not None or not owner.span.start <= at < owner.span.end:
        return None
    if owner.span.text.startswith("{"):
        text = "".join(f"{entry}, " for entry in entries)
    else:
        indent = source.text[source.text.rfind("\n", 0, at) + 1 : at]
        if indent.strip(" "):
            return None
        text = "".join(f"{entry}\n{indent}" for entry in entries)
    return (Edit(span._replace(end=at), text),)


def _flow(new: dict[str, str]) -> str:
    return ", ".join(f"{name}: {_quoted(text)}" for name, text in new.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
