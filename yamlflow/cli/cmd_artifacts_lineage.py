"""`yamlflow artifacts lineage`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import artifacts
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run of this machine, or @latest")
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Show which task of a run wrote and read what."""
    for line in artifacts.lineage(args.run, args.namespace, console.env):
        verb = "wrote" if line.direction == "out" else "read "
        console.out.line(f"{line.task} {verb} {line.name}  sha256:{line.digest[:12]}  {line.key}".rstrip())
    return 0
