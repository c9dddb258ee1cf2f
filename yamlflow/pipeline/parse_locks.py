"""Parsing what only so many may hold at the same time, and how results are kept."""

from yamlflow.pipeline.held import Cache, Lock
from yamlflow.pipeline.parse_options import duration, fields, parse_value
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import Fields, as_mapping, wrong_kind
from yamlflow.source.meant import flag_hint, mapping_hint


def parse_locks(owner: Fields) -> list[Lock]:
    """Parse `mutex` and `semaphore` of a task or a pipeline, each one or a list of them."""
    found = [_mutex(node, owner) for node in _each(owner.get("mutex"))]
    found += [_semaphore(node, owner) for node in _each(owner.get("semaphore"))]
    return [lock for lock in found if lock is not None]


def _each(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return list(node.items) if isinstance(node, Sequence) else [node]


def _mutex(node: Node, owner: Fields) -> Lock | None:
    if isinstance(node, Scalar):
        return Lock("mutex", parse_value(node, owner.sink), "", False)
    wrong_kind(owner.sink, node, "a name, or a list of names", f"`mutex` of {owner.what}")
    return None


def _semaphore(node: Node, owner: Fields) -> Lock | None:
    what = f"`semaphore` of {owner.what}"
    mapping = as_mapping(node, what, owner.sink, "{configMap: {name, key}} or {database: KEY}")
    if mapping is None:
        return None
    found = fields(mapping, owner.sink, what, "semaphoreOptions")
    if len(mapping.entries) != 1:
        owner.sink.error("wrong-kind", f"{what}: expected one of `configMap`, `database`", mapping.span)
        return None
    database = found.text("database")
    if database is not None:
        return Lock("semaphore", parse_value(database, owner.sink), "", True)
    inner = found.mapping("configMap", "a mapping {name, key}")
    if inner is None:
        return None
    reference = fields(inner, owner.sink, f"`configMap` of {what}", "keyReference")
    name, key = reference.text("name"), reference.text("key")
    return Lock("semaphore", parse_value(name, owner.sink), key.value, False) if name and key else None


def parse_cache(owner: Fields) -> Cache | None:
    """Parse `cache`."""
    node = owner.get("cache")
    if node is None:
        return None
    span = owner.node.key_span("cache")
    if isinstance(node, Scalar) and isinstance(node.data(), bool):
        return Cache(span, None, None) if node.data() else None
    if not isinstance(node, Mapping):
        expected = "`true`, or a mapping {maxAge, key}"
        hint = flag_hint(node) or mapping_hint(node, expected)
        wrong_kind(owner.sink, node, expected, f"`cache` of {owner.what}", hint)
        return None
    found = fields(node, owner.sink, f"`cache` of {owner.what}", "cacheOptions")
    key = found.text("key")
    age = duration(found.text("maxAge"), f"`maxAge` of {found.what}", owner.sink)
    return Cache(span, parse_value(key, owner.sink) if key is not None else None, age)
