"""Pictures of pipelines. A new format is a module and a row here."""

import os
import re

from yamlflow.app.compile import load_file
from yamlflow.app.errors import UsageError
from yamlflow.app.layer import Layer
from yamlflow.diagnostics import Diagnostic, Sink
from yamlflow.pipeline.model import Pipeline
from yamlflow.source.files import load_text
from yamlflow.templating import is_template

FORMATS = ("text", "mermaid", "dot", "svg")
"""Each is a module with a function of the same name: from a pipeline's name and picture to text."""

_MANIFEST = re.compile(r"^(?:\{\s*)?[\"']?apiVersion[\"']?:\s*[\"']?argoproj\.io/", re.MULTILINE)
_ENDINGS = {".txt": "text", ".mmd": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg"}
_NO_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")


def form_of(form: str | None, out: str | None) -> str:
    """Return the format that was asked for, or the one that the ending of a file stands for."""
    ending = os.path.splitext(out or "")[1].lower()
    if form is None and ending in _NO_ENDINGS:
        raise UsageError(f"`{out}`: no picture of this kind is drawn", hint=f"known: {', '.join(_ENDINGS)}")
    return form or _ENDINGS.get(ending, "text")


def load_any(path: str, layer: Layer) -> tuple[Pipeline | None, list[Diagnostic]]:
    """Return a pipeline, or what an Argo manifest is as one, None when there are errors; and what is wrong."""
    source = load_text(path, Sink())
    if source is None or is_template(path) or not _MANIFEST.search(source.text):
        return load_file(path, layer)
    from yamlflow.app.import_file import import_file

    imported = import_file(path, path)
    return imported.pipeline, [item for item in imported.diagnostics if item.severity == "error"]


def graph(pipeline: Pipeline, form: str) -> str:
    """Return the picture of a linked pipeline in one of the formats."""
    from importlib import import_module

    from yamlflow.app.graphs.picture import draw

    write = getattr(import_module(f"yamlflow.app.graphs.{form}"), form)
    found: str = write(pipeline.name, draw(pipeline))
    return found
