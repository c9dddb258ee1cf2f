"""The form of a manifest: fields that exist, each holding what it must."""

from collections.abc import Iterable, Iterator

from yamlflow.argo.fields import Field, fields_of
from yamlflow.argo.finding import Finding, Path, path_text
from yamlflow.diagnostics.nearest import did_you_mean

_WORDS = {"map": "a mapping", "list": "a list", "text": "text"}
_CLASSES: dict[str, type] = {"map": dict, "list": list, "text": str}
_OLD = {
    "mutex": "it is `mutexes`, a list, since Argo 4",
    "semaphore": "it is `semaphores`, a list, since Argo 4",
    "schedule": "it is `schedules`, a list, since Argo 4",
}


def check_form(manifest: dict[str, object], type_name: str) -> Iterator[Finding]:
    """Return what is unknown or of the wrong kind in a manifest."""
    yield from _fields(manifest, type_name, ())


def _form(value: object, field: Field, path: Path) -> Iterator[Finding]:
    if value is None:
        return
    if field.many:
        yield from _many(value, field, path)
        return
    fields = fields_of(field.form)
    if fields is not None:
        yield from _fields(value, field.form, path)
    elif field.form == "list" and path[-1:] == ("steps",):
        yield from _steps(value, path)
    elif field.form and not isinstance(value, _CLASSES[field.form]):
        yield _wrong(value, _WORDS[field.form], path)


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
        if item is None:
            yield _wrong(item, _WORDS.get(field.form, "a mapping"), (*path, key))
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
            yield from _form({} if step is None else step, Field("Step", ""), (*below, index))


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
        hint = _OLD.get(key) or did_you_mean(key, known)
        yield Finding("unknown-key", message, (*path, key), hint, key=True)


def _wrong(value: object, wanted: str, path: Path) -> Finding:
    got = {dict: "a mapping", list: "a list", str: "text", type(None): "nothing"}.get(type(value), f"`{value}`")
    hint = "put it in quotes" if wanted == "text" and isinstance(value, (int, float)) else ""
    return Finding("wrong-kind", f"`{path_text(path)}`: expected {wanted}, got {got}", path, hint)
