"""`yamlflow terminate`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import runs
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="a run, or @latest")
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """End a run at once, without its exit handler."""
    target = choose_target(args.target, args.namespace, console.env)
    name = runs.name_of(target.get(args.name))
    target.stop(name, terminate=True)
    console.out.line(f"{name} is being terminated ({target.name})")
    return 0
