"""`yamlflow set`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import runs
from yamlflow.app.errors import UsageError
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console

_PHASES = ("Succeeded", "Failed", "Error")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="a run, or @latest")
    parser.add_argument("--phase", metavar="PHASE", default="", help=f"how the steps end: {', '.join(_PHASES)}")
    parser.add_argument("--message", metavar="TEXT", default="", help="what is said of the steps")
    parser.add_argument(
        "-p",
        "--output-parameter",
        metavar="NAME=VALUE",
        dest="outputs",
        action="append",
        default=[],
        help="give an output of the steps; may be repeated",
    )
    options.add_node_selector(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Say how suspended steps end, and which outputs they have."""
    if args.phase and args.phase not in _PHASES:
        raise UsageError(f"`--phase {args.phase}` is none of {', '.join(_PHASES)}")
    outputs = dict(options.pair(text) for text in args.outputs)
    target = choose_target(args.target, args.namespace, console.env)
    name = runs.name_of(target.get(args.name))
    target.set_nodes(name, args.node_field_selector, phase=args.phase, message=args.message, outputs=outputs)
    console.out.line(f"{name}: set ({target.name})")
    return 0
