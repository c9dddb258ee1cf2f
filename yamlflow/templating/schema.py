"""`values.schema.json` beside `yamlflow.yaml`: a JSON Schema for the values of templates."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from yamlflow.diagnostics import Diagnostic, Related, Sink, SourceText, Span
from yamlflow.source import Mapping, Node, Scalar, Sequence, read_source
from yamlflow.source.fields import place
from yamlflow.source.files import load_text
from yamlflow.templating import SCHEMA
from yamlflow.templating.placed import PlacedMap, part_span, span_of
from yamlflow.templating.schema_words import Violation, violations

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_OF_KEYS = frozenset(("properties", "patternProperties"))
_DRAFTS = "https://json-schema.org/draft/2020-12/schema, http://json-schema.org/draft-07/schema"


class _Schema:
    """A schema file that was read: its data, and its nodes as far as they can be told."""

    def __init__(self, source: SourceText, data: Any) -> None:  # noqa: ANN401  # any JSON
        self.source = source
        self.data = data
        self.node = read_source(source, Sink())

    def span(self, path: Iterable[object]) -> Span:
        """Return where something stands in the file; references are followed."""
        node, found = self.node, self.node and place(self.node)
        for key in path:
            if isinstance(node, Mapping) and str(key) in node:
                found = node.key_span(str(key))
                node = node.get(str(key))
                if key == "$ref" and isinstance(node, Scalar):
                    node = self._target(node.value)
            elif isinstance(node, Sequence) and isinstance(key, int) and key < len(node.items):
                node = node.items[key]
                found = place(node)
            else:
                break
        return found or Span(self.source, 0, 0)

    def _target(self, reference: str) -> Node | None:
        node = self.node
        for part in reference.removeprefix("#").split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, Sequence) and key.isdecimal() and int(key) < len(node.items):
                node = node.items[int(key)]
            else:
                node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def references(self, wanted: str) -> Span:
        """Return where a reference stands."""
        waiting = [self.node]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Sequence):
                waiting += node.items
            elif isinstance(node, Mapping):
                found = node.get("$ref")
                if isinstance(found, Scalar) and found.value == wanted:
                    return found.span
                waiting += [entry.value for entry in node]
        return Span(self.source, 0, 0)


def schema_path(folder: str) -> str:
    """Return where the schema of a project's values may be."""
    return os.path.join(folder, SCHEMA)


def check_schema(path: str, sink: Sink) -> None:
    """Report what is wrong in a schema file, if there is one."""
    if os.path.isfile(path):
        _open(path, sink)


def check_values(values: PlacedMap, path: str, project: str, sink: Sink) -> None:
    """Hold values against a schema file, if there is one; `project` is where they are given when they have no place."""
    opened = _open(path, sink) if os.path.isfile(path) else None
    if opened is None:
        return
    schema, validator = opened
    for found in _violations(schema, validator, values, sink):
        rule = schema.span(found.rule)
        related = (Related(rule, "the schema says so here"),)
        span = _place_of(values, found)
        item = Diagnostic("invalid-values", "error", found.message, span, found.hint, found.notes, related)
        sink.add(item if span else item._replace(path=project))


def _open(path: str, sink: Sink) -> "tuple[_Schema, Validator] | None":
    schema = _read(path, sink)
    validator = _validator(schema, sink) if schema is not None else None
    return (schema, validator) if schema is not None and validator is not None else None


def _read(path: str, sink: Sink) -> _Schema | None:
    source = load_text(path, sink)
    if source is None:
        return None
    try:
        data = json.loads(source.text)
    except json.JSONDecodeError as error:
        message = f"this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        sink.error("broken-schema", message, Span(source, error.pos, min(error.pos + 1, len(source.text))))
        return None
    except RecursionError:
        sink.error("broken-schema", "this is nested too deep", Span(source, 0, 1))
        return None
    return _Schema(source, data)


def _without_refusals(data: Any) -> Any:  # noqa: ANN401  # any JSON
    """Write `false` for a key as `{"not": {}}`, which means the same: of that, jsonschema tells where it is."""
    if isinstance(data, list):
        return [_without_refusals(item) for item in data]
    if not isinstance(data, dict):
        return data
    found = {key: _without_refusals(value) for key, value in data.items()}
    for keyword in _OF_KEYS & found.keys():
        if isinstance(found[keyword], dict):
            found[keyword] = {key: {"not": {}} if item is False else item for key, item in found[keyword].items()}
    return found


def _validator(schema: _Schema, sink: Sink) -> "Validator | None":
    """Return what checks values, None after reporting what is wrong in the schema."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for
    from referencing import Registry

    if not isinstance(schema.data, dict | bool):
        sink.error("broken-schema", "a schema is a mapping", schema.span(()))
        return None
    asked = schema.data.get("$schema") if isinstance(schema.data, dict) else None
    none: Any = None
    kind: Any = Draft202012Validator if asked is None else validator_for({"$schema": str(asked)}, default=none)
    if kind is None:
        sink.error("broken-schema", f"`{asked}` is not known", schema.span(["$schema"]), notes=(f"known: {_DRAFTS}",))
        return None
    found = violations(kind(kind.META_SCHEMA, format_checker=kind.FORMAT_CHECKER).iter_errors(schema.data), "schema")
    broken = {schema.span(item.path): item for item in found}
    for span, item in broken.items():
        sink.error("broken-schema", item.message, span, item.hint, notes=item.notes)
    if broken:
        return None
    validator: Validator = kind(_without_refusals(schema.data), registry=Registry(), format_checker=kind.FORMAT_CHECKER)
    return validator


def _violations(schema: _Schema, validator: "Validator", values: PlacedMap, sink: Sink) -> Iterator[Violation]:
    from referencing.exceptions import Unresolvable

    try:
        yield from violations(validator.iter_errors(values), "values")
    except Unresolvable as error:
        span = schema.references(str(error.ref))
        sink.error("broken-schema", f"`{error.ref}` leads nowhere", span, "only places in this file can be named")
    except RecursionError:
        sink.error("broken-schema", "the schema refers to itself without end", schema.references("#"))
    except re.error as error:
        sink.error("broken-schema", f"a pattern is no regular expression: {error}", schema.span(()))


def _place_of(values: PlacedMap, found: Violation) -> Span | None:
    """Return where a value was given, or the mapping that should hold it."""
    holder: Any = values
    span = values._span
    for key in found.path:
        span = part_span(holder, key) or span
        holder = holder[key]
    if found.key:
        named = next((name for name in holder if name == found.key), "")
        return span_of(named) or part_span(holder, found.key) or span
    span = span or next(iter(values._spans.values()), None)
    return _first_line(span) if span is not None and isinstance(holder, dict | list) else span


def _first_line(span: Span) -> Span:
    end = span.source.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.source, span.start, max(end, span.start + 1))
