"""The form of a manifest: fields that exist, each holding what it must."""

from collections.abc import Iterable, Iterator

from yamlflow.argo.fields import Field, fields_of, parse_form
from yamlflow.argo.finding import Finding, Path, path_text
from yamlflow.argo.quantities import quantity, quantity_hint
from yamlflow.diagnostics.nearest import did_you_mean
from yamlflow.source.meant import flag_text_hint

_WORDS = {
    "map": "a mapping",
    "text": "text",
    "bool": "true or false",
    "int": "a whole number",
    "number": "a number",
    "text|int": "a whole number or text",
    "text|number": "a number or text",
    "number|text": "a number or text",
    "text|number|bool": "text",
}
_QUANTITY = "text|number"
_CLASSES: dict[str, tuple[type, ...]] = {"map": (dict,), "text": (str,), "int": (int,), "number": (int, float)}
_STRUCTURES = frozenset({"a mapping", "a list", "a list of steps", "a list of groups, each a list of steps"})
_NAMES = {dict: "a mapping", list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}
_OLD = {
    "mutex": "it is `mutexes`, a list, since Argo 4",
    "semaphore": "it is `semaphores`, a list, since Argo 4",
    "schedule": "it is `schedules`, a list, since Argo 4",
}


def check_form(manifest: dict[str, object], type_name: str) -> Iterator[Finding]:
    """Return what is unknown or of the wrong kind in a manifest."""
    yield from _fields(manifest, type_name, ())


def check_value(value: object, form: str, path: Path) -> Iterator[Finding]:
    """Return what is wrong with a part of a manifest that has a form such as `[Toleration]` and stands at a path."""
    yield from _form(value, parse_form(form), path)


def _form(value: object, field: Field, path: Path) -> Iterator[Finding]:
    if value is None:
        return
    if field.form == "steps":
        yield from _steps(value, path)
        return
    if field.many:
        yield from _many(value, field, path)
        return
    fields = fields_of(field.form)
    if fields is not None:
        yield from _fields(value, field.form, path)
    elif field.form and not _fits(value, field.form):
        yield _wrong(value, _WORDS[field.form], path)
    elif field.form == _QUANTITY and quantity(str(value)) is None:
        yield Finding("invalid-value", f"`{value}` is no quantity", path, quantity_hint(str(value)))


def _fits(value: object, form: str) -> bool:
    """Whether a value is of one of the kinds `text|int`. Go takes 1.0 for a whole number; a boolean is no number."""
    kinds = form.split("|")
    if isinstance(value, bool):
        return "bool" in kinds
    if isinstance(value, float) and value.is_integer() and "int" in kinds:
        return True
    return any(isinstance(value, _CLASSES[kind]) for kind in kinds if kind != "bool")


def _many(value: object, field: Field, path: Path) -> Iterator[Finding]:
    items: Iterable[tuple[str | int, object]]
    if field.many == "list" and isinstance(value, list):
        items = enumerate(value)
    elif field.many == "map" and isinstance(value, dict):
        items = value.items()
    else:
        yield _wrong(value, "a list" if field.many == "list" else "a mapping", path)
        return
    for key, item in items:
        if item is None and field.form not in _WORDS:
            yield _wrong(item, "a mapping" if field.form else "an element", (*path, key))
        else:
            yield from _form(item, Field(field.form, ""), (*path, key))


def _steps(value: object, path: Path) -> Iterator[Finding]:
    """Steps are a list of lists; a group may also be a mapping with `steps`."""
    if not isinstance(value, list):
        yield _wrong(value, "a list of groups, each a list of steps", path)
        return
    for number, group in enumerate(value):
        inner = group.get("steps") if isinstance(group, dict) and set(group) == {"steps"} else group
        below = (*path, number, "steps") if inner is not group else (*path, number)
        if not isinstance(inner, list):
            yield _wrong(inner, "a list of steps", below)
            continue
        for index, step in enumerate(inner):
            yield from _form({} if step is None else step, Field("WorkflowStep", ""), (*below, index))


def _fields(value: object, type_name: str, path: Path) -> Iterator[Finding]:
    known = fields_of(type_name) or {}
    if not isinstance(value, dict):
        yield _wrong(value, "a mapping", path)
        return
    for key, item in value.items():
        if key in known:
            yield from _form(item, known[key], (*path, key))
            continue
        where = path_text(path)
        message = f"`{where}` has no field `{key}`" if where else f"a {type_name} has no field `{key}`"
        hint = _OLD.get(key) or did_you_mean(key, known, value)
        yield Finding("unknown-key", message, (*path, key), hint, key=True)


def _wrong(value: object, wanted: str, path: Path) -> Finding:
    quoted = wanted == "text" and isinstance(value, (bool, int, float))
    message = f"`{path_text(path)}`: expected {wanted}, got {_NAMES.get(type(value), 'nothing')}"
    scalar = "" if wanted in _STRUCTURES else wanted
    word = flag_text_hint(value) if wanted == _WORDS["bool"] and isinstance(value, str) else ""
    return Finding("wrong-kind", message, path, "put it in quotes" if quoted else word, wanted=scalar)
