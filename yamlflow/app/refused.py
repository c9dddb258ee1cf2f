"""Why a target cannot run a manifest, as findings with their places."""

from typing import TYPE_CHECKING, Any

from yamlflow.argo.finding import Finding, path_text
from yamlflow.diagnostics import Diagnostic, Sink
from yamlflow.source import Mapping
from yamlflow.targets.protocol import RefusedError

if TYPE_CHECKING:
    from yamlflow.app.compile import Compiled


def told(error: RefusedError, compiled: "Compiled", manifest: dict[str, Any], file: str) -> list[Diagnostic]:
    """Return what a target finds wrong with a manifest of a file, at its places there."""
    from yamlflow.app.patched import places_in
    from yamlflow.argo.report import report

    sink = Sink()
    at = next(index for index, item in enumerate(compiled.manifests) if item is manifest)
    origin = compiled.origins[at]
    place = None if isinstance(origin, Mapping) else places_in(origin)
    for found in error.findings:
        # a path may also be one in a template of another object, which no file holds
        inside = bool(found.path) and found.path[0] in manifest
        if inside and isinstance(origin, Mapping):
            report((found,), origin, sink)
            continue
        span = place(found) if place is not None and inside else None
        message = _named(found, manifest) if span is None else found.message
        sink.error(found.code, message, span, found.hint, notes=found.notes, path=file)
    return sink.sorted()


def _named(found: Finding, manifest: dict[str, Any]) -> str:
    """Return a message with its place by the name of the template."""
    if found.path[:2] != ("spec", "templates") or len(found.path) < 3:
        return f"{path_text(found.path)}: {found.message}" if found.path else found.message
    template = manifest["spec"]["templates"][found.path[2]]
    return f"template `{template.get('name', '')}`, {path_text(found.path[3:])}: {found.message}"
