"""`yamlflow stop`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.errors import UsageError
from yamlflow.cli import options
from yamlflow.cli.chosen import choose
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    parser.add_argument("--message", metavar="TEXT", default="", help="what is said of the chosen steps")
    options.add_node_selector(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """End a run; its exit handler still runs. Of a run whose suspended steps are chosen, only they fail."""
    if args.message and not args.node_field_selector:
        raise UsageError("--message goes with --node-field-selector")
    chosen = choose(args, console)
    if args.node_field_selector:
        chosen.target.set_nodes(chosen.name, args.node_field_selector, phase="Failed", message=args.message)
        return chosen.say(f"{chosen.name}: the chosen steps fail", console)
    chosen.target.stop(chosen.name)
    return chosen.say(f"{chosen.name} is being stopped", console)
