"""What comes along with a run: templates, ConfigMaps, claims and secrets, from files."""

import os
import stat
from collections.abc import Callable, Iterable
from collections.abc import Mapping as EnvironmentMap
from typing import Any

from yamlflow.app.private import blank, take_hidden
from yamlflow.diagnostics import Sink
from yamlflow.engine.objects import CLUSTER_TEMPLATE, KINDS, SECRET, TEMPLATE, secret_values
from yamlflow.engine.references import add_variables, missing, secret_keys
from yamlflow.source import Mapping, Node, read_documents
from yamlflow.source.fields import place
from yamlflow.source.files import load_text
from yamlflow.source.nodes import Scalar
from yamlflow.source.nodes import Sequence as NodeSequence
from yamlflow.targets.protocol import Along


def read_along(files: Iterable[str], secrets_file: str | None, sink: Sink) -> Along:
    """Return what the files of `--with` and `--secrets-file` hold; what is wrong with them is reported."""
    objects: list[dict[str, Any]] = []
    secrets: dict[str, dict[str, str]] = {}
    for path in files:
        source = load_text(path, sink)
        found = Sink()
        for node in read_documents(source, found) if source is not None else []:
            for item in _documents(node):
                take_object(item, objects, secrets, sink)
        if source is not None and SECRET in source.text:
            take_hidden(found, sink, names=False)
        else:
            sink.take(found)
    if secrets_file:
        for name, values in _secrets_file(secrets_file, sink).items():
            secrets.setdefault(name, {}).update(values)
    return Along(tuple(objects), secrets)


def split_off(nodes: Iterable[Node], sink: Sink) -> tuple[list[Node], Along]:
    """Return the documents of a file that can run, and what comes along with them."""
    ours: list[Node] = []
    objects: list[dict[str, Any]] = []
    secrets: dict[str, dict[str, str]] = {}
    for node in nodes:
        if isinstance(node, Mapping) and getattr(node.get("kind"), "value", "") in KINDS and "apiVersion" in node:
            take_object(node, objects, secrets, sink)
        else:
            ours.append(node)
    return ours, Along(tuple(objects), secrets)


def with_answers(
    along: Along, manifest: dict[str, Any], environment: EnvironmentMap[str, str], ask: Callable[[str, str], str]
) -> Along:
    """Return the same with the secrets that a person gives when asked for those that are missing."""
    wanted = secret_keys(manifest, along.objects)
    known = add_variables(along.secrets, wanted, environment.items())
    secrets = {name: dict(values) for name, values in along.secrets.items()}
    for item in missing(known, wanted):
        if item.key:
            secrets.setdefault(item.name, {})[item.key] = ask(item.name, item.key)
    return along._replace(secrets=secrets)


def _documents(node: Node) -> list[Node]:
    """Return a document, or the items of a `List`."""
    if isinstance(node, Mapping) and getattr(node.get("kind"), "value", "") == "List":
        items = node.get("items")
        return list(items.items) if isinstance(items, NodeSequence) else []
    return [node]


def take_object(node: Node, objects: list[dict[str, Any]], secrets: dict[str, dict[str, str]], sink: Sink) -> None:
    """Take in one document that comes along; a Secret's values stay apart from the rest."""
    kind = node.get("kind") if isinstance(node, Mapping) else None
    known = ", ".join(f"`{item}`" for item in KINDS)
    if not isinstance(node, Mapping) or not isinstance(kind, Scalar) or kind.value not in KINDS:
        what = f"`{kind.value}`" if isinstance(kind, Scalar) else "this"
        sink.error("unsupported-kind", f"{what} cannot come along with a run", place(kind or node), f"known: {known}")
        return
    metadata = node.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if not isinstance(name, Scalar) or not name.value:
        sink.error("missing-key", f"a {kind.value} needs a `metadata.name`", place(metadata or node))
        return
    if kind.value in (TEMPLATE, CLUSTER_TEMPLATE):
        from yamlflow.argo.check import check

        check(node, sink)
    if kind.value != SECRET:
        objects.append(node.data())
        return
    try:
        secrets.setdefault(name.value, {}).update(secret_values(node.data()))
    except ValueError as error:
        sink.error("invalid-value", str(error), blank(place(node.get("data") or node)))


def _secrets_file(path: str, sink: Sink) -> dict[str, dict[str, str]]:
    """Read `{NAME: {KEY: VALUE}}` from a file that nobody else can read."""
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        mode = 0
    if mode & 0o077:
        hint = f"chmod 600 {path}"
        sink.error(
            "open-secrets", f"others can read the secrets in `{path}`: its mode is {mode:04o}", None, hint, path=path
        )
        return {}
    from yamlflow.source import read_file
    from yamlflow.source.fields import as_mapping

    form = "a mapping of names of Secrets to mappings of keys to values"
    read, found = Sink(), Sink()
    node = as_mapping(read_file(path, read), "the secrets file", found, form)
    values = {key.value: _values(key.value, value, found) for key, value in node or ()}
    take_hidden(read, sink, names=False)
    take_hidden(found, sink, names=True)
    return values


def _values(name: str, node: Node, sink: Sink) -> dict[str, str]:
    from yamlflow.source.fields import as_mapping, wrong_kind

    found: dict[str, str] = {}
    for key, value in as_mapping(node, f"secret `{name}`", sink, "a mapping of keys to values") or ():
        if isinstance(value, Scalar) and value.data() is not None:
            found[key.value] = value.value
        else:
            wrong_kind(sink, value, "a text", f"`{key.value}`")
    return found
