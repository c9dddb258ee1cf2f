"""`yamlflow template delete`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import objects
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("names", metavar="NAME", nargs="+", help="templates of this machine")
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Remove templates from this machine."""
    for name in args.names:
        objects.delete(name, args.namespace, console.env)
        console.out.line(f"{name} deleted")
    return 0
