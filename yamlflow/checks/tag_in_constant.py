"""Constants that Argo would take for its own tags and replace."""

import re
from collections.abc import Iterator

from yamlflow.checks.places import images
from yamlflow.diagnostics import Diagnostic
from yamlflow.expressions import Literal
from yamlflow.pipeline.artifacts import artifact_of
from yamlflow.pipeline.model import Pipeline, Value
from yamlflow.pipeline.tags import carries_tag
from yamlflow.source import Scalar
from yamlflow.source.fields import place

CODE = "argo-tag"
_OF_RUN = re.compile(r"(?<!\$)\{\{=?\s*workflow\b")


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each constant text with a tag of Argo in it."""
    for body in pipeline.bodies():
        for task in body.all_tasks():
            literals = [Value(item, None) for item in (task.loop.items or () if task.loop else ())]
            for value in (*task.values(), *literals):
                told = value is task.when or (task.loop is not None and value is task.loop.value)
                if _carries_tag(value) and (not told or value.parts):
                    yield Diagnostic(
                        CODE,
                        "error",
                        "Argo would replace the `{{ }}` in this text, and has no way to write it as it is",
                        place(value.node),
                        "for a value of the run, write `${{ }}`; for the text itself, put it into a file or a script",
                    )
    for image in images(pipeline):
        if carries_tag(image.value) and not _OF_RUN.search(image.value):
            message = "Argo finds nothing for this `{{ }}`: the template has no such input"
            yield Diagnostic(CODE, "error", message, place(image), "write `${{ }}`")


def _carries_tag(value: Value) -> bool:
    if artifact_of(value) is not None or value.filled:
        return False
    if value.parts is None:
        text = value.node.value if isinstance(value.node, Scalar) else str(value.node.data())
        return carries_tag(text)
    return any(isinstance(part, Literal) and carries_tag(part.text) for part in value.parts)
