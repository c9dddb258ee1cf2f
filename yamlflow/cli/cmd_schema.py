"""`yamlflow schema`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import schemas
from yamlflow.app.output import dump
from yamlflow.cli.console import Console
from yamlflow.cli.text import table


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="the kind of file; without it, all are listed")


def run(args: Namespace, console: Console) -> int:
    """Print a schema, or the list of them."""
    if args.name:
        console.out.write(dump(schemas.schema(args.name), "json"))
    else:
        for line in table([tuple(kind) for kind in schemas.kinds()]):
            console.out.line(line)
    return 0
