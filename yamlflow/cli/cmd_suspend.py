"""`yamlflow suspend`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli import options
from yamlflow.cli.chosen import choose
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Have a run start nothing new until it is resumed."""
    chosen = choose(args, console)
    chosen.target.suspend(chosen.name)
    return chosen.say(f"{chosen.name} is suspended; `yamlflow resume {chosen.name}` goes on", console)
