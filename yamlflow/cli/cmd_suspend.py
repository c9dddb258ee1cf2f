"""`yamlflow suspend`."""

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
    """Have a run start nothing new until it is resumed."""
    target = choose_target(args.target, args.namespace, console.env)
    name = runs.name_of(target.get(args.name))
    target.suspend(name)
    console.out.line(f"{name} is suspended; `yamlflow resume {name}` goes on ({target.name})")
    return 0
