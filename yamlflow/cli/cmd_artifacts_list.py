"""`yamlflow artifacts list`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import artifacts
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run of this machine, or @latest")
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """List the artifacts that the tasks of a run wrote."""
    for line in artifacts.written(args.run, args.namespace, console.env):
        console.out.line(f"{line.task}/{line.name}  {line.kind}  {line.size} bytes  sha256:{line.digest[:12]}")
    return 0
