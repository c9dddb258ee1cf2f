"""`yamlflow recover`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.errors import UsageError
from yamlflow.app.recover import recover
from yamlflow.cli import options
from yamlflow.cli.along import add_along, read
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="a run of this machine, or @latest")
    parser.add_argument("--all", action="store_true", help="all runs whose engine is gone")
    add_along(parser)
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Go on with runs of this machine whose engine is gone; one that cannot does not keep the others."""
    if bool(args.names) == args.all:
        raise UsageError("`yamlflow recover` takes names, or --all")
    along = read(args, console)
    if along is None:
        return 1
    code = 0
    for found in recover(args.names, args.namespace, console.env, along):
        if isinstance(found, str):
            console.out.line(found)
        else:
            console.error(str(found), found.hint)
            code = found.exit_code
    return code
