"""`yamlflow wait`."""

from argparse import ArgumentParser, Namespace
from time import time

from yamlflow.app import runs
from yamlflow.app.status import phase_of
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.steps import ending
from yamlflow.targets.protocol import RunNotFoundError


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("names", metavar="NAME", nargs="+", help="runs, or @latest")
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Wait until runs have ended; the exit code is 1 when one of them has failed, or is missing."""
    target = choose_target(args.target, args.namespace, console.env)
    good = True
    for name in runs.resolve(target, args.names):
        try:
            ended = runs.at_its_end(target, name)
        except RunNotFoundError as error:
            console.error(str(error), error.hint)
            good = False
            continue
        console.out.line(f"{name}: {ending(ended, time(), console.out)}")
        good = good and phase_of(ended) == "Succeeded"
    return 0 if good else 1
