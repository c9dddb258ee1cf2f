"""`yamlflow retry`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli import options
from yamlflow.cli.along import add_along, read
from yamlflow.cli.chosen import choose
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser, "a run that has failed")
    options.add_changed_parameters(parser)
    parser.add_argument(
        "--restart-successful", action="store_true", help="run steps again that have succeeded, chosen by their fields"
    )
    options.add_node_selector(parser)
    add_along(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Go on with a run that has failed: what failed runs again."""
    if args.node_field_selector and not args.restart_successful:
        console.note("note: --node-field-selector does nothing without --restart-successful")
    along = read(args, console)
    if along is None:
        return 1
    chosen = choose(args, console, along)
    chosen.target.retry(
        chosen.name,
        parameters=args.parameters,
        selector=args.node_field_selector,
        restart_successful=args.restart_successful,
    )
    return chosen.say(f"{chosen.name} runs again", console)
