"""Labels that Kubernetes would refuse, and images that no registry can have."""

import re
from collections.abc import Iterator

from yamlflow.checks.places import all_tasks, images
from yamlflow.diagnostics import Diagnostic
from yamlflow.expressions import Literal, split
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Mapping, Scalar
from yamlflow.source.fields import place

CODE = "invalid-value"
_WORD = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_FORM = "letters, digits, `-`, `_` and `.`, at most 63"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each label and each name of an image that is none."""
    for owner in (pipeline.node, *(task.node for task in all_tasks(pipeline))):
        labels = owner.get("labels")
        for entry in labels if isinstance(labels, Mapping) else ():
            prefix, slash, name = entry.key.value.rpartition("/")
            if not _WORD.fullmatch(name) or (slash and not _PREFIX.fullmatch(prefix)):
                yield Diagnostic(CODE, "error", f"`{entry.key.value}` cannot name a label", entry.key.span, _FORM)
            yield from _value(entry.value)
    for image in images(pipeline):
        text = _known(image.value)
        name = text.partition("@")[0]
        repository = name[: name.rindex(":")] if ":" in name.rpartition("/")[2] else name
        if "{{" not in text and text and _is_no_image(text, repository):
            yield Diagnostic(CODE, "error", f"`{image.value}` is no image", place(image), "such as `host/name:tag`")


def _known(image: str) -> str:
    """Return an image with a letter in the place of what the run decides."""
    if "${{" not in image:
        return image
    return "".join(part.text if isinstance(part, Literal) else "x" for part in split(image) or ())


def _value(node: object) -> Iterator[Diagnostic]:
    if isinstance(node, Scalar) and node.value and "{{" not in node.value and not _WORD.fullmatch(node.value):
        yield Diagnostic(CODE, "error", f"`{node.value}` cannot be the value of a label", place(node), _FORM)


def _is_no_image(image: str, repository: str) -> bool:
    host, slash, path = repository.partition("/")
    has_host = slash and ("." in host or ":" in host or host == "localhost")
    name = path if has_host else repository
    return any(char.isspace() for char in image) or name != name.lower()
