"""`yamlflow artifacts cat`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import artifacts
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run of this machine, or @latest")
    parser.add_argument("name", metavar="ARTIFACT", help="NAME, or TASK/NAME")
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Print an artifact of a run as it is; on a terminal only text."""
    for chunk in artifacts.content(args.run, args.name, args.namespace, console.env, text=console.out.terminal):
        console.out.write_bytes(chunk)
    return 0
