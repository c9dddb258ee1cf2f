"""Parsing volumes of pipelines, and what tasks mount."""

from yamlflow.diagnostics import Sink, Span
from yamlflow.pipeline.held import Mount, Volume
from yamlflow.pipeline.model import Value
from yamlflow.pipeline.names import check_volume_name
from yamlflow.pipeline.parse_options import checked_quantity, fields, parse_value
from yamlflow.source import Mapping, Scalar
from yamlflow.source.fields import Fields, as_mapping, as_text, place, wrong_kind

_MODES = {"RWO": "ReadWriteOnce", "ROX": "ReadOnlyMany", "RWX": "ReadWriteMany", "RWOP": "ReadWriteOncePod"}
_SOURCES = ("size", "claim", "secret", "configMap", "empty")
_MEANT = {"emptyDir": "empty", "persistentVolumeClaim": "claim", "claimName": "claim", "storage": "size"}


def parse_volumes(owner: Fields) -> dict[str, Volume]:
    """Parse `volumes` of a pipeline."""
    found: dict[str, Volume] = {}
    for entry in owner.entries("volumes", "a mapping of volumes"):
        what = f"volume `{entry.key.value}`"
        check_volume_name(entry.key, owner.sink)
        mapping = as_mapping(entry.value, what, owner.sink, "a mapping such as {size: 10Gi}")
        inner = fields(mapping, owner.sink, what, "pipelineVolume", _MEANT) if mapping is not None else None
        found[entry.key.value] = _volume(entry.key.span, inner)
    return found


def _volume(span: Span, found: Fields | None) -> Volume:
    """Return a volume; one that is wrong has no kind, so that who mounts it finds it."""
    kinds = [kind for kind in _SOURCES if found is not None and kind in found.node]
    if found is None or not _is_one(kinds, found):
        return Volume(span, "", "", None, (), "")
    (kind,) = kinds
    name = found.text(kind) if kind != "empty" else None
    size = parse_size(name, found.sink) if kind == "size" and name is not None else None
    modes, storage = parse_modes(found), found.text("storageClass")
    return Volume(span, kind, name.value if name else "", size, modes, storage.value if storage else "")


def parse_size(node: Scalar, sink: Sink) -> Value:
    """Return how large a volume is; a constant must be a quantity."""
    value = parse_value(node, sink)
    if value.parts is None:
        checked_quantity(node, sink)
    return value


def _is_one(kinds: list[str], found: Fields) -> bool:
    if len(kinds) == 1:
        return True
    if kinds or not found.has_unknown:
        note = ("one of: volume, claim, secret, configMap, empty; volumes of the pipeline also: size",)
        found.sink.error("wrong-kind", f"{found.what} needs exactly one source", place(found.node), notes=note)
    return False


def parse_modes(owner: Fields) -> tuple[str, ...]:
    """Parse `modes`, and return them as Kubernetes calls them."""
    found: list[str] = []
    for node in owner.list("modes", "a list of access modes"):
        text = as_text(node, f"`modes` of {owner.what}", owner.sink)
        if text is not None and text.value not in _MODES:
            message = f"`{text.value}` is no access mode"
            short = next((f"write `{short}`" for short, mode in _MODES.items() if mode == text.value), "")
            note = () if short else (f"possible are: {', '.join(_MODES)}",)
            owner.sink.error("invalid-value", message, text.span, short, notes=note)
        elif text is not None:
            found.append(_MODES[text.value])
    return tuple(found) or ("ReadWriteOnce",)


def parse_mounts(owner: Fields) -> list[Mount]:
    """Parse `volumes` of a task."""
    found: list[Mount] = []
    for entry in owner.entries("volumes", "a mapping of paths to volumes", "write `/PATH: VOLUME`"):
        path, node, what = entry.key.value, entry.value, f"`{entry.key.value}` in `volumes` of {owner.what}"
        if not path.startswith("/"):
            owner.sink.error("invalid-value", f"`{path}` is no absolute path", entry.key.span, "begin it with `/`")
        if isinstance(node, Scalar):
            kind = "claim" if "${{" in node.value else "volume"
            found.append(Mount(path, entry.key.span, kind, parse_value(node, owner.sink), False, ""))
        elif isinstance(node, Mapping):
            mount = _mount(path, node, what, owner.sink)
            found += [mount] if mount is not None else []
        else:
            wrong_kind(owner.sink, node, "the name of a volume, or a source", what)
    return found


def _mount(path: str, node: Mapping, what: str, sink: Sink) -> Mount | None:
    inner = fields(node, sink, what, "mount", _MEANT)
    kinds = [kind for kind in ("volume", "claim", "secret", "configMap", "empty") if kind in node]
    if not _is_one(kinds, inner):
        return None
    (kind,) = kinds
    name = inner.text(kind) if kind != "empty" else None
    if name is None and kind != "empty":
        return None
    sub = inner.text("subPath")
    if sub is not None and (sub.value.startswith("/") or ".." in sub.value.split("/")):
        sink.error(
            "invalid-value", f"`{sub.value}` is no path inside the volume", sub.span, "write it without `/` and `..`"
        )
    value = parse_value(name, sink) if name is not None else None
    return Mount(path, node.key_span(kind), kind, value, inner.flag("readOnly"), sub.value if sub else "")
