"""The checks, in the order in which they run. One is imported when the file holds a word that it is about."""

from typing import TYPE_CHECKING

from yamlflow.diagnostics import Sink
from yamlflow.pipeline import Pipeline
from yamlflow.pipeline.called import with_called

if TYPE_CHECKING:
    from yamlflow.checks.shell_scripts import ShellScripts

MARKS = ("AKIA", "ASIA", "gh", "glpat-", "xox", "AIza", "k_live_", "eyJ", "PRIVATE KEY")
"""Each text that is a secret by its shape has one of these in it."""

_Rows = tuple[tuple[str, tuple[str, ...]], ...]

CHECKS: _Rows = (
    ("argo_form", ("",)),
    ("expression_in_run", ("run",)),
    ("schedule", ("schedule",)),
    ("tag_in_constant", ("{{",)),
    ("unconstant_condition", ("",)),
    ("enum_comparison", ("enum", "status")),
    ("resources", ("resources",)),
    ("held_mutex", ("mutex",)),
    ("containers", ("sidecars", "init", "argo")),
    ("metrics", ("metrics",)),
    ("requests", ("http", "resource")),
    ("retry_expression", ("expression",)),
    ("labels", ("labels", "image")),
    ("value_too_long", ()),
)
"""What keeps a pipeline from running: of the file, and of each pipeline that it calls.

The modules, and words: without any of them in the text there is nothing to find (none: it looks at long texts).
"""

SMELLS: _Rows = (
    ("unused_component", ("components",)),
    ("unused_input", ("inputs",)),
    ("constant_condition", ("when",)),
    ("redundant_after", ("after",)),
    ("single_item", ("foreach",)),
    ("unpinned_image", ("image",)),
    ("endless_retry", ("retry",)),
    ("schedule_sense", ("schedule",)),
    ("plain_secret", ("env", "arguments", "default", *MARKS)),
    ("python_scripts", ("python",)),
    ("script_variables", ("OUTPUT_", "INPUT_")),
)
"""What is likely not as meant, in the file itself."""

_WHEN_WHOLE = frozenset({"single_item", "unused_input"})
"""What these find may come of another mistake, so they wait until all else is right."""

_LONG = 32 * 1024

RENDERABLE = frozenset(
    {
        *(
            "expression-type",
            "invalid-constant",
            "maybe-absent",
            "held-mutex",
            "never-equal",
            "request-above-limit",
            "script-syntax",
        ),
        *("shellcheck", "type-mismatch", "value-too-long"),
    }
)
"""Errors in spite of which a manifest can be made, so that they can be ignored: a run will likely fail."""


class Checks:
    """The checks of one pipeline; `shellcheck` is the path of that program, if it is there."""

    def __init__(self, pipeline: Pipeline, shellcheck: str) -> None:
        self._pipeline = pipeline
        self._scripts = _started(pipeline, shellcheck) if shellcheck else None

    def run(self, sink: Sink) -> None:
        """Run every check, once the pipeline is linked; ShellCheck works since the beginning."""
        for pipeline in with_called(self._pipeline):
            _run(CHECKS, pipeline, sink)
        if self._pipeline.graph is None:
            _run(SMELLS, self._pipeline, sink)
        for item in self._scripts.check() if self._scripts else ():
            sink.add(item)


def _run(rows: _Rows, pipeline: Pipeline, sink: Sink) -> None:
    from importlib import import_module

    text = pipeline.node.span.source.text
    for name, words in rows:
        if name in _WHEN_WHOLE and sink.failed:
            continue
        if any(word in text for word in words) or (not words and len(text) > _LONG):
            for item in import_module(f"yamlflow.checks.{name}").check(pipeline):
                sink.add(item)


def _started(pipeline: Pipeline, program: str) -> "ShellScripts | None":
    if "run" not in pipeline.node.span.source.text:
        return None
    from yamlflow.checks.shell_scripts import ShellScripts

    return ShellScripts(pipeline, program)
