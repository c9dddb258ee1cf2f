"""`yamlflow stop`."""

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
    """End a run; its exit handler still runs."""
    target = choose_target(args.target, args.namespace, console.env)
    workflow = target.get(args.name)
    name = runs.name_of(workflow)
    target.stop(name)
    console.out.line(f"{name} is being stopped ({target.name})")
    return 0
