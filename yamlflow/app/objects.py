"""Templates that are kept on this machine, for runs that refer to them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yamlflow.app.along import read_along
from yamlflow.app.errors import RequestError
from yamlflow.app.targets import choose_target
from yamlflow.diagnostics import Sink
from yamlflow.engine.objects import CLUSTER_TEMPLATE, TEMPLATE
from yamlflow.targets.local import LocalTarget

Object = dict[str, Any]
_TEMPLATES = (TEMPLATE, CLUSTER_TEMPLATE)


def templates(namespace: str | None, env: Mapping[str, str]) -> list[Object]:
    """Return all templates, by name."""
    found = [item for item in _target(namespace, env).objects() if item["kind"] in _TEMPLATES]
    return sorted(found, key=lambda item: item["metadata"]["name"])


def find(name: str, namespace: str | None, env: Mapping[str, str]) -> Object:
    """Return a template by its name."""
    for item in templates(namespace, env):
        if item["metadata"]["name"] == name:
            return item
    raise RequestError(f"there is no template `{name}` on this machine", hint="`yamlflow template list` lists them")


def create(
    files: Sequence[str], namespace: str | None, env: Mapping[str, str], sink: Sink, *, update: bool
) -> Iterator[Object]:
    """Keep the templates of files; yield each. Nothing is kept when anything is wrong."""
    along = read_along(files, None, sink)
    if sink.failed:
        return
    others = [item["kind"] for item in along.objects if item["kind"] not in _TEMPLATES] + [
        "Secret" for _ in along.secrets
    ]
    if others:
        hint = "bring it along with a run: `--with FILE`"
        raise RequestError(f"a {others[0]} is no template", hint=hint)
    target = _target(namespace, env)
    for item in along.objects:
        if not target.put_object(item, time.time(), replace=update):
            name = item["metadata"]["name"]
            raise RequestError(f"template `{name}` exists already", hint="`--update` replaces it")
        yield item


def delete(name: str, namespace: str | None, env: Mapping[str, str]) -> None:
    """Remove a template."""
    item = find(name, namespace, env)
    _target(namespace, env).remove_object(item["kind"], name)


def _target(namespace: str | None, env: Mapping[str, str]) -> LocalTarget:
    target = choose_target("local", namespace, env)
    assert isinstance(target, LocalTarget)
    return target
