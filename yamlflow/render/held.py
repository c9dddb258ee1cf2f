"""Mutexes, semaphores and caches as fields of templates and specs."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from yamlflow.expressions import Expr, print_expr
from yamlflow.expressions.ast import Array, Binary, Call, Member, Name, Text
from yamlflow.pipeline.durations import go_duration
from yamlflow.pipeline.held import Cache, Lock
from yamlflow.pipeline.model import Task, Value
from yamlflow.render.level import Level, Template
from yamlflow.render.passing import Passing
from yamlflow.render.text import chain, constant
from yamlflow.render.volumes import add_mounts

CACHE = "yamlflow-cache"
"""The ConfigMap that holds what is kept."""


def synchronization(locks: list[Lock], text: Callable[[Value], str]) -> Template:
    """Return `synchronization`, nothing when there are no locks."""
    found: dict[str, list[dict[str, Any]]] = {}
    for lock in locks:
        name = text(lock.name)
        if lock.kind == "mutex":
            found.setdefault("mutexes", []).append({"name": name})
        elif lock.database:
            found.setdefault("semaphores", []).append({"database": {"key": name}})
        else:
            found.setdefault("semaphores", []).append({"configMapKeyRef": {"name": name, "key": lock.key}})
    return {"synchronization": found} if found else {}


def add_held(task: Task, body: Template, arguments: Template, level: Level) -> None:
    """Add the locks and the cache of a task to its template, and what is passed in for them to its arguments."""
    listed = body.get("inputs", {}).get("parameters", [])
    passing = Passing(level, {item["name"] for item in listed})
    digest = hashlib.sha256(json.dumps([body, arguments.get("artifacts", [])]).encode()).hexdigest()
    names = [item["name"] for item in listed]
    if task.volumes:
        add_mounts(task, body, passing)
    added = synchronization(task.locks, lambda value: passing.text("lock", value))
    if task.cache is not None:
        added["memoize"] = _memoize(task.cache, digest, names, passing)
    if passing.parameters:
        inputs = {"inputs": {**body.get("inputs", {}), "parameters": [*listed, *passing.parameters]}}
        first = {key: body.pop(key) for key in ("metadata",) if key in body}
        rest = {key: body.pop(key) for key in list(body)}
        body.update(first | inputs | rest | inputs)
        arguments["parameters"] = [*arguments.get("parameters", []), *passing.arguments]
    body.update(added)


def _memoize(cache: Cache, digest: str, names: list[str], passing: Passing) -> Template:
    """Return `memoize`; Argo takes letters, digits and `-` as a key, so it is a digest."""
    if cache.key is not None:
        passing.text("cache-key", cache.key)
        held = [passing.parameters[-1]["name"]] if cache.key.parts is not None else []
        base = constant(cache.key) if cache.key.parts is None else ""
        key = _digest_of(base, held)
    else:
        key = _digest_of(digest, names)
    # Kubernetes wants the field; an empty text is no limit.
    age = go_duration(cache.max_age) if cache.max_age is not None else ""
    return {"key": key, "maxAge": age, "cache": {"configMap": {"name": CACHE}}}


def _digest_of(text: str, names: list[str]) -> str:
    if not names:
        return hashlib.sha256(text.encode()).hexdigest()
    values = Array(tuple(chain(("inputs", "parameters", name)) for name in names))
    joined: Expr = Call(Name("toJson"), (values,))
    if text:
        joined = Binary("+", Text(text), joined)
    return "{{= " + print_expr(Call(Member(Name("sprig"), "sha256sum"), (joined,))) + " }}"
