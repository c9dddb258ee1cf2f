"""`yamlflow resume`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli import options
from yamlflow.cli.chosen import choose
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    options.add_node_selector(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """End the waiting of a suspended run, or of its suspended steps."""
    chosen = choose(args, console)
    chosen.target.resume(chosen.name, args.node_field_selector)
    return chosen.say(f"{chosen.name} is resumed", console)
