"""`yamlflow artifacts get`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import artifacts
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run of this machine, or @latest")
    parser.add_argument("name", metavar="ARTIFACT", help="NAME, or TASK/NAME")
    parser.add_argument("--out", metavar="PATH", default="", help="where it goes (default: its name)")
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Copy an artifact of a run to a file or folder."""
    path = artifacts.copy(args.run, args.name, args.out, args.namespace, console.env)
    console.out.line(f"{path} written")
    return 0
