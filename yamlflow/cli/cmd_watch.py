"""`yamlflow watch`."""

import os
from argparse import ArgumentParser, Namespace

from yamlflow.app.errors import UsageError
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.along import add_along, add_runner, way_of
from yamlflow.cli.console import Console
from yamlflow.targets.protocol import Target


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "file", metavar="FILE", help="a pipeline or an Argo manifest; where there is no such file, a run or @latest"
    )
    parser.add_argument("--run", action="store_true", help="run it here at each save, and show how it goes")
    parser.add_argument("--submit", action="store_true", help="submit it to the target at each save")
    options.add_parameters(parser)
    options.add_values(parser)
    add_along(parser)
    add_runner(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Check a file at each save, and run or submit it if asked to; or show a run until its end."""
    if args.run and args.submit:
        raise UsageError("--run and --submit do not go together")
    if args.target and args.run:
        raise UsageError("--run is for this machine; --submit goes to a target")
    way_of(args)
    if _is_name(args):
        return _watch_run(args, console)
    from yamlflow.cli.rounds import watch_file

    return watch_file(args, console)


def _is_name(args: Namespace) -> bool:
    """Whether a run is meant: there is no such file, and nothing says that there should be one."""
    values = (args.values, args.set, args.set_file, args.profile)
    for_files = (args.run, args.submit, args.parameters, args.parameter_file, args.along, args.secrets_file, *values)
    return not (any(for_files) or os.path.lexists(args.file) or os.sep in args.file or "." in args.file)


def _watch_run(args: Namespace, console: Console) -> int:
    from yamlflow.cli.follow import follow_started

    def open_target() -> Target:
        return choose_target(args.target, args.namespace, console.env)

    return follow_started(console, open_target, open_target().get(args.file))
