"""What is known of images without asking a registry: the `images` of Argo's controller settings."""

from collections.abc import Iterable
from typing import Any, NamedTuple

_SETTINGS = ("ConfigMap", "workflow-controller-configmap")


class Image(NamedTuple):
    """What an image runs by itself."""

    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]


def known_images(objects: Iterable[dict[str, Any]]) -> dict[str, Image]:
    """Return the images that Argo's settings name, if those are among the objects."""
    for item in objects:
        if (item["kind"], item["metadata"]["name"]) == _SETTINGS:
            from yamlflow.diagnostics import Sink, SourceText
            from yamlflow.source import read_source

            text = str((item.get("data") or {}).get("images") or "")
            node = read_source(SourceText("images", text), Sink()) if text else None
            data = node.data() if node is not None else None
            return {name: _image(value) for name, value in data.items()} if isinstance(data, dict) else {}
    return {}


def _image(value: object) -> Image:
    found = value if isinstance(value, dict) else {}
    entrypoint, cmd = (tuple(map(str, found.get(key) or ())) for key in ("entrypoint", "cmd"))
    return Image(entrypoint, cmd)


def command_of(container: dict[str, Any], images: dict[str, Image]) -> list[object]:
    """Return command and arguments of a container, by Kubernetes' rules."""
    command, args = list(container.get("command") or []), list(container.get("args") or [])
    image = images.get(str(container.get("image")))
    if command or image is None:
        return command + args
    return [*image.entrypoint, *(args or image.cmd)]
