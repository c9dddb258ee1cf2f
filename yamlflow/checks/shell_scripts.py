"""What ShellCheck finds in the shell scripts of a pipeline, told at its place in the YAML."""

import re
from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.checks.shellcheck import Comment, Running
from yamlflow.diagnostics import Diagnostic, Severity
from yamlflow.pipeline.model import Pipeline, Task

CODE = "shellcheck"
_UNASSIGNED = 2154
_UNQUOTED = 2086
_EXPECTED = 1072
_AROUND = (1009, 1073)
"""What is said of the same mistake once more."""
_SYNTAX = range(1000, 2000)
_LEVELS: dict[str, Severity] = {"error": "warning", "warning": "warning", "info": "note", "style": "note"}
_BUSYBOX = re.compile(r"(?:^|/)(?:alpine|busybox|bash)\b|-alpine\b")


class ShellScripts:
    """The check in two steps, so that the program works while other things are looked at."""

    def __init__(self, pipeline: Pipeline, program: str) -> None:
        """Start ShellCheck, if there is a script for it."""
        self._tasks = [task for task in all_tasks(pipeline) if _dialect(task)]
        scripts = [(_dialect(task), task.script.source.value) for task in self._tasks if task.script]
        self._running = Running(program, scripts) if scripts else None

    def check(self) -> Iterator[Diagnostic]:
        """Yield what was found."""
        comments = self._running.comments() if self._running else []
        broken = {index for index, comment in comments if comment.code == _EXPECTED}
        for index, comment in comments:
            if index in broken and comment.code in _AROUND:
                continue
            finding = _finding(self._tasks[index], comment)
            if finding is not None:
                yield finding


def _dialect(task: Task) -> str:
    """Return the language of a task's script; "" for what is no shell script, or not yet."""
    if task.script is None or "${{" in task.script.source.value:
        return ""
    shell = (task.script.shell.split() or [""])[0].rpartition("/")[2]
    if shell == "sh":
        return "busybox" if _BUSYBOX.search(task.script.image) else "dash"
    return shell if shell in ("bash", "dash", "ksh") else ""


def _finding(task: Task, comment: Comment) -> Diagnostic | None:
    assert task.script is not None
    if comment.code == _UNASSIGNED and comment.message.split()[0] in task.env:
        return None
    if comment.level in ("info", "style") and comment.code != _UNQUOTED:
        return None  # matters of taste
    source = task.script.source
    starts = [0]
    for line in source.value.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    start = starts[max(comment.line, 1) - 1] + comment.column - 1 if comment.line else 0
    end = starts[comment.end_line - 1] + comment.end_column - 1 if comment.line else 0
    size = len(source.value)
    span = source.at(min(start, size), min(max(end, start + 1), size))
    severity: Severity = "error" if comment.code in _SYNTAX and comment.level == "error" else _LEVELS[comment.level]
    hint = f"see shellcheck.net/wiki/SC{comment.code}"
    return Diagnostic(CODE, severity, f"{_worded(comment.message)} (SC{comment.code})", span, hint)


def _worded(message: str) -> str:
    """Return a message as others are worded: without a capital and a full stop."""
    text = message.removesuffix(" Fix any mentioned problems and try again.").removesuffix(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
