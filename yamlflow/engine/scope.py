"""Which variables a text may name, and what they are."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar, cast

from yamlflow.argo.tags import Parts, Tag, split_tags

_Data = TypeVar("_Data")

ABSENT = None
"""The value of an output that a skipped task declares without a default."""


class _Missing:
    __slots__ = ()


MISSING = _Missing()
"""No variable of that name."""


class SubstitutionError(Exception):
    """A text cannot be filled in; the message is Argo's."""


class VariableLayer(Protocol):
    """Some variables; those of layers above hide those of layers below."""

    def get(self, name: str) -> object:
        """Return the value of a dotted name, or MISSING."""
        ...

    def tree(self, root: str, names: Iterable[str] | None) -> object:
        """Return what an expression sees under `root`, or MISSING. `names` limits what has to be there; None is all."""
        ...


class Layer:
    """Variables by their dotted names: `inputs.parameters.x`."""

    __slots__ = ("_tree", "flat")

    def __init__(self, flat: dict[str, Any]) -> None:
        self.flat = flat
        self._tree: dict[str, Any] | None = None

    def get(self, name: str) -> object:
        """Return the value of a dotted name, or MISSING."""
        return self.flat.get(name, MISSING)

    def tree(self, root: str, names: Iterable[str] | None) -> object:
        """Return what an expression sees under `root`, or MISSING. `names` limits what has to be there; None is all."""
        del names
        if self._tree is None:
            self._tree = nest(self.flat)
        return self._tree.get(root, MISSING)


def nest(flat: dict[str, Any]) -> dict[str, Any]:
    """Turn dotted names into nested mappings; where a name is both a value and a prefix, the mapping wins."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *path, last = _segments(name)
        level = tree
        for key in path:
            below = level.get(key)
            if not isinstance(below, dict):
                below = level[key] = {}
            level = below
        if not isinstance(level.get(last), dict):
            level[last] = value
    return tree


def _segments(name: str) -> list[str]:
    """Split a dotted name; keys of labels and annotations hold dots themselves."""
    for prefix in ("workflow.labels.", "workflow.annotations."):
        if name.startswith(prefix):
            return [*prefix[:-1].split("."), name[len(prefix) :]]
    return name.split(".")


class Scope:
    """Layers of variables, the innermost first."""

    __slots__ = ("layers",)

    def __init__(self, *layers: VariableLayer) -> None:
        self.layers = layers

    def with_layer(self, layer: VariableLayer) -> "Scope":
        """Return a scope in which a layer hides what has the same name below."""
        return Scope(layer, *self.layers)

    def get(self, name: str) -> object:
        """Return the value of a dotted name, or MISSING."""
        for layer in self.layers:
            value = layer.get(name)
            if value is not MISSING:
                return value
        return MISSING

    def environment(self, roots: dict[str, set[str] | None]) -> dict[str, Any]:
        """Return what an expression sees; `roots` maps the roots it names to the names right below them."""
        env: dict[str, Any] = {}
        for root, names in roots.items():
            for layer in reversed(self.layers):
                tree = layer.tree(root, names)
                if tree is not MISSING:
                    env[root] = _merge(env.get(root), tree)
        return env


def _merge(below: object, above: object) -> object:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = dict(below)
    for key, value in above.items():
        merged[key] = _merge(below.get(key), value)
    return merged


class Strictness:
    """Which tags must have a value. The others stay in the text as they are."""

    __slots__ = ("all", "prefixes")

    def __init__(self, prefixes: tuple[str, ...] = (), *, all: bool = False) -> None:
        self.prefixes = prefixes
        self.all = all

    def wants(self, name: str) -> bool:
        """Whether the variable of that name must have a value."""
        if self.all:
            return True
        root = name.split(".", 1)[0]
        return root in self.prefixes and ".outputs.artifacts." not in name


LENIENT = Strictness()
REFERENCES = Strictness(("steps", "tasks"))
EVERYTHING = Strictness(all=True)


def fill(text: str, scope: Scope, strict: Strictness = LENIENT) -> str:
    """Return a text with its tags replaced. What is put in is never read for tags again."""
    if "{{" not in text:
        return text
    return "".join([part if isinstance(part, str) else _fill_tag(part, scope, strict) for part in split_tags(text)])


def fill_data(data: _Data, scope: Scope, strict: Strictness = LENIENT) -> _Data:
    """Return plain data with the tags of its texts and keys replaced."""
    return cast(_Data, _fill_any(data, scope, strict))


def _fill_any(data: object, scope: Scope, strict: Strictness) -> object:
    if isinstance(data, str):
        return fill(data, scope, strict)
    if isinstance(data, dict):
        return {fill(key, scope, strict): _fill_any(value, scope, strict) for key, value in data.items()}
    if isinstance(data, list):
        return [_fill_any(item, scope, strict) for item in data]
    return data


def _fill_tag(tag: Tag, scope: Scope, strict: Strictness) -> str:
    if tag.expression is not None:
        from yamlflow.engine.expression import fill_expression

        return fill_expression(tag, scope, strict)
    name = _name(tag.name, scope, strict)
    value = scope.get(name)
    if isinstance(value, str):
        return value
    if value is MISSING or (value is not ABSENT and name.startswith("inputs.artifacts.")):  # it is no text there
        if strict.wants(name):
            raise SubstitutionError(f"failed to resolve {{{{{name}}}}}")
        return tag.source
    if value is ABSENT:
        reason = "output is an absent optional (skipped/omitted node with no default)"
        raise SubstitutionError(f"unable to substitute {{{{{name}}}}}: {reason}")
    raise SubstitutionError(f"failed to resolve {{{{{name}}}}} to string")


def _name(parts: Parts, scope: Scope, strict: Strictness) -> str:
    return "".join([part if isinstance(part, str) else _fill_tag(part, scope, strict) for part in parts])
