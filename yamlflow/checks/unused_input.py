"""Inputs that a pipeline declares and nothing in it uses."""

import re
from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic, nearest
from yamlflow.pipeline.contents import Resource
from yamlflow.pipeline.model import Pipeline

CODE = "unused-input"
_USE = re.compile(
    r"""\binputs\s*(?:\?\s*)?(?:\.\s*(?:\[\s*)?([\w-]+)|\[\s*\\?(?:'([^'\n]*)'|"([^"\\\n]*)\\?"|([^'"\\\s])))"""
    r"|\bworkflow\.parameters\.([\w-]+)"
)


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each input whose name no expression holds; the text is searched, so that none is missed."""
    if not pipeline.inputs:
        return
    names: set[str] = set()
    for text in _texts(pipeline):
        for match in _USE.finditer(text):
            if match[4]:
                return  # an index that is computed may mean any of them
            names.update(_readings(next(filter(None, match.groups()), "")))
    unknown = names - set(pipeline.inputs)
    meant = {nearest(name, pipeline.inputs) for name in unknown}
    for item in pipeline.inputs.values():
        if item.name not in names and item.name not in meant:
            yield Diagnostic(CODE, "warning", f"nothing uses the input `{item.name}`", item.span)


def _texts(pipeline: Pipeline) -> Iterator[str]:
    """Yield what may use an input: the pipeline, defaults of its project, objects in files of their own."""
    yield pipeline.node.span.source.text
    if pipeline.shared.defaults is not None:
        yield pipeline.shared.defaults.span.source.text
    for body in pipeline.bodies():
        for task in body.all_tasks():
            if isinstance(task.content, Resource) and task.content.file and task.content.manifest:
                yield task.content.manifest.node.span.source.text


def _readings(name: str) -> Iterator[str]:
    """Yield what a name with `-` in it may mean: `n-1` may be the input `n`, less one."""
    parts = name.split("-")
    for count in range(1, len(parts) + 1):
        yield "-".join(parts[:count])
