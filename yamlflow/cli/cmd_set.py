"""`yamlflow set`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.errors import UsageError
from yamlflow.cli import options
from yamlflow.cli.chosen import choose
from yamlflow.cli.console import Console

_PHASES = ("Succeeded", "Failed", "Error")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    parser.add_argument("--phase", metavar="PHASE", default="", help=f"how the steps end: {', '.join(_PHASES)}")
    parser.add_argument("--message", metavar="TEXT", default="", help="what is said of the steps")
    options.add_pairs(parser, "--output-parameter", "outputs", "give an output of the steps")
    options.add_node_selector(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Say how suspended steps end, and which outputs they have."""
    if args.phase and args.phase not in _PHASES:
        raise UsageError(f"`--phase {args.phase}` is none of {', '.join(_PHASES)}")
    if not (args.phase or args.message or args.outputs):
        raise UsageError("`yamlflow set` takes --phase, --message or --output-parameter")
    outputs = dict(options.pair(text) for text in args.outputs)
    chosen = choose(args, console)
    chosen.target.set_nodes(
        chosen.name, args.node_field_selector, phase=args.phase, message=args.message, outputs=outputs
    )
    return chosen.say(f"{chosen.name}: set", console)
