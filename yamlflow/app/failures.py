"""What can be said of a step that failed, beside what it printed: its exit code, its command, its folder."""

import signal

from yamlflow.app.tree import Node
from yamlflow.targets.protocol import Target, TargetError

_MEANINGS = {
    126: "a program that cannot be run",
    127: "a command that was not found",
    130: "ended by Ctrl-C (SIGINT)",
    134: "it gave up by itself (SIGABRT)",
    137: "killed (SIGKILL): by a person, or by the system for its memory",
    139: "it touched memory that is not its own (SIGSEGV)",
    143: "asked to end (SIGTERM)",
}
_SIGNALLED = 128


def meaning(code: int) -> str:
    """Return what an exit code says, "" when that is up to the program."""
    if code in _MEANINGS:
        return _MEANINGS[code]
    try:
        return f"ended by {signal.Signals(code - _SIGNALLED).name}" if code > _SIGNALLED else ""
    except ValueError:
        return ""


def account(target: Target, run: str, node: Node) -> list[str]:
    """Return what is known of how a step failed, line by line."""
    try:
        ran = target.ran(run, node["id"])
    except TargetError:
        return []
    if ran is None:
        return []
    out_of_memory = "OOMKilled" in str(node.get("message"))
    means = "it took more memory than its limit" if out_of_memory else meaning(ran.code)
    where = " ".join(filter(None, [f"in {ran.folder}" if ran.folder else "", f"of {ran.image}" if ran.image else ""]))
    lines = [f"exit code {ran.code}: {means}"] if means else []
    return [*lines, f"command{f' {where}' if where else ''}: {ran.command}"]
