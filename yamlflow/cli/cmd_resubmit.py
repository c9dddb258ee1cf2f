"""`yamlflow resubmit`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import runs
from yamlflow.cli import options
from yamlflow.cli.along import add_along, add_runner, read
from yamlflow.cli.chosen import choose
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    options.add_changed_parameters(parser)
    parser.add_argument("--memoized", action="store_true", help="do not repeat what has succeeded in a failed run")
    add_along(parser)
    add_runner(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Start a new run of the manifest of an older one."""
    along = read(args, console)
    if along is None:
        return 1
    chosen = choose(args, console, along)
    new = chosen.target.resubmit(chosen.name, parameters=args.parameters, memoized=args.memoized)
    return chosen.say(f"{runs.name_of(new)} is a new run of {chosen.name}", console)
