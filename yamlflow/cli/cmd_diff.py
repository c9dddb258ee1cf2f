"""`yamlflow diff`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from yamlflow.app.compile import COMPARED
from yamlflow.app.differences import Change, differences
from yamlflow.app.output import dump
from yamlflow.app.sides import compile_side
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.findings import show_beside

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    what = "a pipeline or manifest, REVISION:FILE of the git repository, or a run's name on the target"
    parser.add_argument("old", metavar="A", help=what)
    parser.add_argument("new", metavar="B", help="the same")
    options.add_parameters(parser)
    options.add_values(parser)
    options.add_target(parser)
    options.add_output(parser, "text", "json", default="text")


def run(args: Namespace, console: Console) -> int:
    """Print what differs in meaning; return 0 when nothing does, 1 when something does, 2 when one cannot be read."""
    given = options.given(args, console.env, COMPARED)
    sides = [
        compile_side(side, given.compile, lambda: choose_target(args.target, args.namespace, console.env))
        for side in (args.old, args.new)
    ]
    show_beside([item for _, found in sides for item in found if item.severity == "error"], console)
    old, new = (manifest for manifest, _ in sides)
    if old is None or new is None:
        return 2
    changes = differences(old, new)
    if args.output == "json":
        console.out.write(dump([change._asdict() for change in changes], "json"))
    else:
        for change in changes:
            for line in _lines(change):
                console.out.line(line)
    return 1 if changes else 0


def _lines(change: Change) -> list[str]:
    sign = _SIGNS[change.kind]
    texts = [value for value in (change.old, change.new) if isinstance(value, str) and "\n" in value]
    if change.kind == "changed" and texts:
        return [f"{sign} {change.path}:", *_text_lines(str(change.old), str(change.new))]
    if change.kind == "changed":
        return [f"{sign} {change.path}: {_short(change.old)} → {_short(change.new)}"]
    value = change.old if change.kind == "removed" else change.new
    if isinstance(value, (dict, list)) or "\n" in str(value):
        return [f"{sign} {change.path}:", *(f"    {line}" for line in dump(value, "yaml").splitlines())]
    return [f"{sign} {change.path}: {_short(value)}"]


def _text_lines(old: str, new: str) -> Iterator[str]:
    """Yield what differs between two texts, with a few lines around it."""
    from difflib import unified_diff

    _, _, *lines = unified_diff(old.splitlines(), new.splitlines(), lineterm="")
    for number, line in enumerate(lines):
        if not line.startswith("@@"):
            yield f"    {line[0]} {line[1:]}".rstrip()
        elif number or not line.startswith("@@ -1,"):
            yield "    ..."


def _short(value: object) -> str:
    return dump(value, "json").strip()
