"""`yamlflow template get`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import objects
from yamlflow.app.output import dump
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="a template of this machine")
    options.add_namespace(parser)
    options.add_output(parser, "yaml", "json", default="yaml")


def run(args: Namespace, console: Console) -> int:
    """Print a template that is kept on this machine."""
    console.out.write(dump(objects.find(args.name, args.namespace, console.env), args.output))
    return 0
