"""`yamlflow artifacts lineage`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import artifacts
from yamlflow.cli import options
from yamlflow.cli.artifact_lines import FORMATS, show_artifacts
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run of this machine, or @latest")
    options.add_namespace(parser)
    options.add_output(parser, *FORMATS)


def run(args: Namespace, console: Console) -> int:
    """Show which task of a run wrote and read what."""
    found = artifacts.lineage(args.run, args.namespace, console.env)
    show_artifacts(found, args.output, console, lineage=True)
    return 0
