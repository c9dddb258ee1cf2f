"""`yamlflow resubmit`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import runs
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.along import add_along, read
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="a run, or @latest")
    options.add_changed_parameters(parser)
    parser.add_argument("--memoized", action="store_true", help="do not repeat what has succeeded in a failed run")
    add_along(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Start a new run of the manifest of an older one."""
    along = read(args, console)
    if along is None:
        return 1
    target = choose_target(args.target, args.namespace, console.env)
    target.bring(along)
    name = runs.name_of(target.get(args.name))
    new = runs.name_of(target.resubmit(name, parameters=args.parameters, memoized=args.memoized))
    console.out.line(f"{new} is a new run of {name} ({target.name})")
    return 0
