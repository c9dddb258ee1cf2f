"""Python in `run:` that Python cannot read. It is compiled, never run."""

import re
import sys
from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic, Span
from yamlflow.pipeline.model import Pipeline
from yamlflow.pipeline.options import Script
from yamlflow.source import Scalar

CODE = "script-syntax"
_ONLY_AST = 0x400
_SHELL = re.compile(r"(?:\S*/)?python(?:3(?:\.\d+)?)?(?:\s.*)?")
_VERSION = re.compile(r"python:?-?3(?:\.(\d+))?")
_OLD = re.compile(r"python:?-?2")
_NEW = re.compile(r"\bt['\"]|^\s*(?:type\s|(?:async\s+)?def\s+\w+\s*\[|class\s+\w+\s*\[|except\b.*,)")


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield what is wrong with the form of each Python script."""
    for task in all_tasks(pipeline):
        script = task.script
        if script is not None and _SHELL.fullmatch(script.shell) and not _is_left_out(script):
            error = _error(script.source.value)
            if error is not None and not (_may_be_newer(script) and _looks_new(error)):
                message = f"this is no Python: {_worded(error.msg or '')}"
                yield Diagnostic(CODE, "error", message, _place(script.source, error))


def _is_left_out(script: Script) -> bool:
    return "${{" in script.source.value or _OLD.search(script.image) is not None


def _error(text: str) -> SyntaxError | None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<script>", "exec", flags=_ONLY_AST, dont_inherit=True)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):
            return None
    return None


def _may_be_newer(script: Script) -> bool:
    """Whether the image may have a newer Python than this one."""
    match = _VERSION.search(script.image)
    return match is None or match[1] is None or int(match[1]) > sys.version_info.minor


def _looks_new(error: SyntaxError) -> bool:
    """Whether a mistake may be one only to this Python: what is in f-strings, and what came after it."""
    return "f-string" in (error.msg or "") or _NEW.search(error.text or "") is not None


def _place(source: Scalar, error: SyntaxError) -> Span:
    lines = source.value.split("\n")
    row = min(error.lineno or 1, len(lines)) - 1
    start = sum(len(line) + 1 for line in lines[:row]) + max((error.offset or 1) - 1, 0)
    same_line = error.end_lineno == error.lineno and error.end_offset is not None
    length = (error.end_offset or 0) - (error.offset or 0) if same_line else 1
    size = len(source.value)
    start = min(start, max(size - 1, 0))
    return source.at(start, min(start + max(length, 1), size))


def _worded(message: str) -> str:
    return re.sub(r" \(detected at line \d+\)| on line \d+", "", message)  # of the script, not of the file
