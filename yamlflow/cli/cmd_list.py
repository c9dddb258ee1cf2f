"""`yamlflow list`."""

from argparse import ArgumentParser, Namespace
from time import time

from yamlflow.app import runs
from yamlflow.app.output import dump
from yamlflow.app.status import PHASES, duration, given_parameters, seconds, state_of, status_of
from yamlflow.app.targets import choose_target
from yamlflow.app.tree import Workflow
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.steps import phase_style
from yamlflow.cli.text import clean, clip, duration_text, table

_HEADINGS = ("NAME", "STATUS", "AGE", "DURATION", "PROGRESS", "MESSAGE")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_target(parser)
    parser.add_argument("-l", "--selector", metavar="LABELS", default="", help="only runs with these labels: a=b,c!=d")
    parser.add_argument(
        "--status",
        metavar="PHASES",
        type=options.some_of("status", PHASES),
        default=[],
        help="only runs in these phases, with commas between: Running,Failed",
    )
    options.add_output(parser, "wide", "json", "yaml", "name")


def run(args: Namespace, console: Console) -> int:
    """Print the runs, newest first."""
    target = choose_target(args.target, args.namespace, console.env)
    found = runs.find(target, args.selector, args.status, brief=args.output not in ("json", "yaml"))
    if args.output in ("json", "yaml"):
        console.out.write(dump(found, args.output))
    elif args.output == "name":
        for workflow in found:
            console.out.line(runs.name_of(workflow))
    else:
        console.note(f"target {target.name}, namespace {target.namespace}" + ("" if found else ": no runs"))
        _table(found, console, wide=args.output == "wide")
    return 0


def _table(found: list[Workflow], console: Console, *, wide: bool) -> None:
    now = time()
    rows = [_HEADINGS + (("PARAMETERS",) if wide else ()), *(_row(workflow, now, wide=wide) for workflow in found)]
    for index, line in enumerate(table(rows) if found else ()):
        if index == 0:
            console.out.line(console.out.paint(line, "bold"))
            continue
        state = rows[index][1]
        start = line.index(state, len(rows[index][0]))
        style = phase_style(state.partition(" ")[0])
        console.out.line(line[:start] + console.out.paint(state, style) + line[start + len(state) :])


def _row(workflow: Workflow, now: float, *, wide: bool) -> tuple[str, ...]:
    status = status_of(workflow)
    created = seconds(workflow["metadata"].get("creationTimestamp"))
    row = (
        runs.name_of(workflow),
        state_of(workflow),
        duration_text(None if created is None else max(0.0, now - created)),
        duration_text(duration(status, now)),
        str(status.get("progress") or ""),
        clip(clean(str(status.get("message") or "")), 200),
    )
    if not wide:
        return row
    return (*row, ",".join(f"{name}={clip(clean(value), 50)}" for name, value in given_parameters(workflow)))
