"""`yamlflow.lock`: what the addresses of components mean, by the digests of what was there."""

import os
from collections.abc import Iterable
from typing import NamedTuple

from yamlflow.components.model import Component
from yamlflow.diagnostics import Sink
from yamlflow.source import Mapping, read_source, write_yaml
from yamlflow.source.fields import Fields
from yamlflow.source.files import load_text
from yamlflow.types import type_text

_HEAD = "# Written by yamlflow: what the addresses of components held. Keep it with the pipelines.\n"
_KEYS = ("digest", "fetched", "image", "inputs", "outputs")


class Pin(NamedTuple):
    """What an address held when it was fetched: its digest, and what the component looked like."""

    digest: str
    fetched: str
    image: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()


def pin_of(component: Component | None, digest: str, fetched: str) -> Pin:
    """Return the pin of a component."""
    if component is None:
        return Pin(digest, fetched)
    image = component.container.image if component.container is not None else ""
    inputs = tuple((item.name, type_text(item.type) if item.type else "") for item in component.inputs)
    outputs = tuple((item.name, type_text(item.type) if item.type else "") for item in component.outputs)
    return Pin(digest, fetched, image, inputs, outputs)


def changes(old: Pin, new: Pin) -> list[str]:
    """Return what differs between two pins of an address, in a line each."""
    found = [f"the image: {old.image or 'none'} → {new.image or 'none'}"] if old.image != new.image else []
    for what, before, after in (("input", old.inputs, new.inputs), ("output", old.outputs, new.outputs)):
        found += _changed(what, dict(before), dict(after))
    return found or ["its inputs, outputs and image are the same; its program or description changed"]


def _changed(what: str, before: dict[str, str], after: dict[str, str]) -> Iterable[str]:
    for name, type_ in before.items():
        if name not in after:
            yield f"the {what} `{name}` is gone"
        elif type_ != after[name]:
            yield f"the {what} `{name}`: {type_ or 'any type'} → {after[name] or 'any type'}"
    for name, type_ in after.items():
        if name not in before:
            yield f"a new {what} `{name}`{f' ({type_})' if type_ else ''}"


def read_lock(path: str, sink: Sink) -> dict[str, Pin]:
    """Return the pins of a file by address; one that does not exist has none."""
    sink.files.add(path)
    if not os.path.exists(path):
        return {}
    source = load_text(path, sink)
    node = read_source(source, sink) if source is not None else None
    found: dict[str, Pin] = {}
    if not isinstance(node, Mapping):
        return found
    for entry in Fields(node, sink, "the lock", ("components",)).entries("components"):
        if isinstance(entry.value, Mapping):
            fields = Fields(entry.value, sink, f"`{entry.key.value}`", _KEYS, ("digest",))
            digest, fetched, image = fields.text("digest"), fields.text("fetched"), fields.text("image")
            found[entry.key.value] = Pin(
                digest.value.removeprefix("sha256:") if digest else "",
                fetched.value if fetched else "",
                image.value if image else "",
                tuple((name, text.value) for name, text in fields.texts("inputs").items()),
                tuple((name, text.value) for name, text in fields.texts("outputs").items()),
            )
    return found


def write_lock(path: str, pins: dict[str, Pin]) -> None:
    """Write pins, whole or not at all; OSError when that cannot be done."""
    data = {url: _data(pins[url]) for url in sorted(pins)}
    mine = f"{path}.{os.getpid()}"
    with open(mine, "w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD + write_yaml({"components": data}))
    os.replace(mine, path)


def _data(pin: Pin) -> dict[str, object]:
    found: dict[str, object] = {"digest": f"sha256:{pin.digest}", "fetched": pin.fetched}
    if pin.image:
        found["image"] = pin.image
    for key, ports in (("inputs", pin.inputs), ("outputs", pin.outputs)):
        if ports:
            found[key] = dict(ports)
    return found
