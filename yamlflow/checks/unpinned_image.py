"""Images without a tag, or with `latest`: what runs changes without a change of the file."""

from collections.abc import Iterator

from yamlflow.checks.places import images
from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.model import Pipeline
from yamlflow.source.fields import place

CODE = "unpinned-image"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each image in the file that names no version."""
    for node in images(pipeline):
        image = node.value
        if not image.strip() or "{{" in image or "@" in image:
            continue
        _, _, tag = image.rpartition("/")[2].partition(":")
        if tag in ("", "latest"):
            said = f"the image `{image}` has no tag" if not tag else f"the image `{image}` changes with each release"
            yield Diagnostic(CODE, "warning", said, place(node), "name a version, so that each run is the same")
