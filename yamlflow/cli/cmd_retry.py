"""`yamlflow retry`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import runs
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.along import add_along, read
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="a run that has failed, or @latest")
    options.add_changed_parameters(parser)
    parser.add_argument(
        "--restart-successful", action="store_true", help="run steps again that have succeeded, chosen by their fields"
    )
    options.add_node_selector(parser)
    add_along(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Go on with a run that has failed: what failed runs again."""
    along = read(args, console)
    if along is None:
        return 1
    target = choose_target(args.target, args.namespace, console.env)
    target.bring(along)
    name = runs.name_of(target.get(args.name))
    target.retry(
        name,
        parameters=args.parameters,
        selector=args.node_field_selector,
        restart_successful=args.restart_successful,
    )
    console.out.line(f"{name} runs again ({target.name})")
    return 0
