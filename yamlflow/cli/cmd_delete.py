"""`yamlflow delete`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import runs
from yamlflow.app.errors import UsageError
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.along import add_secrets, read
from yamlflow.cli.console import Console
from yamlflow.targets.protocol import Target, TargetError

_UNREACHABLE = 3


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="runs, or @latest")
    parser.add_argument("--all", action="store_true", help="all runs of the namespace")
    parser.add_argument(
        "--force", action="store_true", help="also when artifacts that go with a run (`artifactGC`) cannot be removed"
    )
    add_secrets(parser, "values of secrets for the places of such artifacts, as {NAME: {KEY: VALUE}}")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask before more than one is deleted")
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Remove runs; one that is missing does not keep the others."""
    if bool(args.names) == args.all:
        raise UsageError("`yamlflow delete` takes names, or --all")
    along = read(args, console)
    if along is None:
        return 1
    target = choose_target(args.target, args.namespace, console.env)
    target.bring(along)
    names = [runs.name_of(each) for each in target.list(brief=True)] if args.all else runs.resolve(target, args.names)
    where = f"target {target.name}, namespace {target.namespace}"
    if not names:
        console.note(f"{where}: no runs")
        return 0
    if len(names) > 1 and not args.yes and not _agreed(f"delete {len(names)} runs ({where})?", console):
        return 1
    return _delete(target, names, console, force=args.force)


def _agreed(question: str, console: Console) -> bool:
    if not console.can_ask:
        raise UsageError("deleting more than one run needs --yes here")
    return console.confirm(question)


def _delete(target: Target, names: list[str], console: Console, *, force: bool) -> int:
    code = 0
    for name in names:
        try:
            target.delete(name, force=force)
        except TargetError as error:
            if error.exit_code == _UNREACHABLE:
                raise
            console.error(str(error), error.hint)
            code = error.exit_code
        else:
            console.out.line(f"{name} deleted ({target.name})")
    return code
