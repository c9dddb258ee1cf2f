"""`yamlflow artifacts cat`."""

import codecs
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
    """Print an artifact of a run, as text."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in artifacts.content(args.run, args.name, args.namespace, console.env):
        console.out.write(decoder.decode(chunk))
    return 0
