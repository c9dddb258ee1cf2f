"""Why a target cannot run a manifest, as findings with their places."""

from typing import TYPE_CHECKING, Any

from yamlflow.argo.finding import Finding, Path, path_text
from yamlflow.diagnostics import Diagnostic, Sink
from yamlflow.source import Mapping
from yamlflow.targets.protocol import RefusedError

if TYPE_CHECKING:
    from yamlflow.app.compile import Compiled


def told(error: RefusedError, compiled: "Compiled", manifest: dict[str, Any], file: str) -> list[Diagnostic]:
    """Return what a target finds wrong with a manifest of a file; in a pipeline the template is all that has a name."""
    from yamlflow.argo.report import report

    sink = Sink()
    at = next(index for index, item in enumerate(compiled.manifests) if item is manifest)
    node = compiled.nodes[at]
    for found in error.findings:
        if isinstance(node, Mapping) and _is_in(found.path, manifest):
            report((found,), node, sink)
        else:
            sink.error(found.code, _named(found, manifest), None, found.hint, notes=found.notes, path=file)
    return sink.sorted()


def _is_in(path: Path, manifest: dict[str, Any]) -> bool:
    """Whether a path is one of the manifest, and not of a template that it uses."""
    return bool(path) and str(path[0]) in manifest


def _named(found: Finding, manifest: dict[str, Any]) -> str:
    """Return a message with its place by the name of the template."""
    if found.path[:2] != ("spec", "templates") or len(found.path) < 3:
        return f"{path_text(found.path)}: {found.message}" if found.path else found.message
    template = manifest["spec"]["templates"][found.path[2]]
    return f"template `{template.get('name', '')}`, {path_text(found.path[3:])}: {found.message}"
