"""The values of the template layer: where they come from, and which of them win."""

from collections.abc import Iterable, Mapping
from typing import Any

from yamlflow.diagnostics import Sink, SourceText, Span
from yamlflow.project.load import read_mapping
from yamlflow.project.model import Project
from yamlflow.source import read_source
from yamlflow.source.fields import as_mapping
from yamlflow.source.files import load_text
from yamlflow.source.schema import plain_value
from yamlflow.templating.placed import PlacedMap, placed, placed_text, plain_mapping

_ESCAPED = {",": "\0", ".": "\1"}


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> PlacedMap:
    """Return `base` with `over` laid upon it: mappings are merged, other values replaced, null takes a key away."""
    span, spans = getattr(base, "_span", None), getattr(base, "_spans", {})
    merged = PlacedMap(getattr(over, "_span", None) or span, {**spans, **getattr(over, "_spans", {})})
    merged.update(base)
    for key, value in over.items():
        if value is None and key in merged:
            del merged[key]
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def merge_all(layers: Iterable[Mapping[str, Any]]) -> PlacedMap:
    """Merge layers of values, the strongest last."""
    merged = PlacedMap()
    for layer in layers:
        merged = merge(merged, layer)
    return merged


def gather(
    project: Project | None,
    profile: str,
    files: Iterable[str],
    pairs: Iterable[str],
    file_pairs: Iterable[str],
    sink: Sink,
    data: str = "",
) -> PlacedMap:
    """Return the values: of the project, of a profile, of values files, of JSON data, of `--set` and `--set-file`.

    The later ones win.
    """
    nodes = [project.values, *(item.values for item in project.lineage(profile))] if project is not None else []
    nodes += [read_mapping(path, "the values file", sink) for path in files]
    if data:
        nodes.append(as_mapping(read_source(SourceText("values", data), sink), "the values", sink))
    layers = [plain_mapping(node) for node in nodes if node is not None]
    layers += map(parse_set, pairs)
    layers += [_of_file(text, sink) for text in file_pairs]
    return merge_all(layers)


def parse_set(text: str) -> PlacedMap:
    """Return the values that `--set PATH=VALUE` gives; ValueError says why it gives none."""
    path, value = _split(text, "VALUE")
    unescaped = _escape(value, ",")
    _, comma, following = unescaped.partition(",")
    if comma and "=" in following.partition(",")[0]:
        raise ValueError("looks like two values; give each its own --set, or write `\\,` for a comma")
    word = unescaped.replace(_ESCAPED[","], ",")
    source = SourceText("--set", text)
    span = Span(source, len(text) - len(value), len(text))
    return _nested(path, placed(plain_value(word) if word else "", word, span), span, source)


def parse_set_file(text: str) -> tuple[list[str], str]:
    """Return the keys and the file of `--set-file PATH=FILE`; ValueError says why it names none."""
    path, file = _split(text, "FILE")
    if not file:
        raise ValueError("names no file")
    return path, file


def _of_file(text: str, sink: Sink) -> PlacedMap:
    path, file = parse_set_file(text)
    source = load_text(file, sink)
    if source is None:
        return PlacedMap()
    span = Span(source, 0, len(source.text))
    return _nested(path, placed(source.text, source.text, span), span, SourceText("--set-file", text))


def _split(text: str, what: str) -> tuple[list[str], str]:
    """Return the keys of a path, and what stands behind the `=`."""
    path, equals, value = _escape(text, ".").partition("=")
    keys = path.split(".")
    if not equals or not all(keys):
        raise ValueError(f"is no PATH={what}, such as a.b={'text.txt' if what == 'FILE' else 'c'}")
    if "[" in path:
        raise ValueError("names an item of a list; give the whole list in a file with --values")
    return [key.replace(_ESCAPED["."], ".") for key in keys], value.replace(_ESCAPED["."], "\\.")


def _nested(path: list[str], value: object, span: Span, given: SourceText) -> PlacedMap:
    """Return the mappings that lead to a value at `span`; their keys stand in what was `given`."""
    found = value
    lengths = [len(key) + key.count(".") for key in path]  # a dot is written with a `\`
    for index in reversed(range(len(path))):
        start = sum(lengths[:index]) + index
        outer = PlacedMap(None, {path[index]: span})
        outer[placed_text(path[index], Span(given, start, start + lengths[index]))] = found
        found = outer
    assert isinstance(found, PlacedMap)
    return found


def _escape(text: str, sign: str) -> str:
    return text.replace(f"\\{sign}", _ESCAPED[sign])
