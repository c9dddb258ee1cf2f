"""`yamlflow run`."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from yamlflow.app.errors import RequestError, UsageError
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.along import add_along, add_runner, bring, read
from yamlflow.cli.console import Console
from yamlflow.cli.findings import compiled, refuse
from yamlflow.targets.protocol import RefusedError, Target, TargetError


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a pipeline or an Argo manifest")
    options.add_parameters(parser)
    options.add_values(parser)
    add_along(parser)
    add_runner(parser)
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Run on this machine until the end; Ctrl-C ends the run."""
    from yamlflow.cli.follow import start_and_follow

    def open_target() -> Target:
        return choose_target("local", args.namespace, console.env, args.file)

    prepared = _prepare(open_target, args.file)
    found = compiled(args.file, options.given(args, console.env), console)
    along = read(args, console)
    if found is None or found.manifest is None or along is None:
        return 1
    target = prepared or open_target()
    bring(target, found.along.joined(along), found.manifest, console)
    try:
        return start_and_follow(console, open_target, found.manifest, target=target)
    except RefusedError as error:
        return refuse(error, found, found.manifest, args.file, console)


def _prepare(open_target: Callable[[], Target], file: str) -> Target | None:
    """Have the target get ready while the file is compiled; what is wrong with it is said after what is wrong there."""
    if not os.path.isfile(file):
        return None
    try:
        target = open_target()
    except (RequestError, UsageError, TargetError):
        return None
    target.prepare()
    return target
