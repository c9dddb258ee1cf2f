"""`yamlflow stop`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli import options
from yamlflow.cli.chosen import choose
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """End a run; its exit handler still runs."""
    chosen = choose(args, console)
    chosen.target.stop(chosen.name)
    return chosen.say(f"{chosen.name} is being stopped", console)
