"""`yamlflow approve`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.decisions import decide
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_decision(parser)
    parser.add_argument(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        dest="given",
        action="append",
        default=[],
        help="fill in what the task asks for; may be repeated",
    )
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Let a task that waits for a person, and what comes after it, go on."""
    given = dict(options.pair(text) for text in args.given)
    target = choose_target(args.target, args.namespace, console.env)
    name = decide(target, args.name, args.task, given, approved=True)
    console.out.line(f"{name}: `{args.task}` is approved ({target.name})")
    return 0
