"""`yamlflow submit`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from time import time

from yamlflow.app import runs
from yamlflow.app.errors import UsageError
from yamlflow.app.output import dump, dump_all
from yamlflow.app.sizes import find_oversize
from yamlflow.app.status import phase_of
from yamlflow.app.submit import namespace_of, rename
from yamlflow.app.targets import choose_target
from yamlflow.app.tree import Workflow
from yamlflow.cli import options
from yamlflow.cli.along import add_along, add_runner, bring, read
from yamlflow.cli.console import Console
from yamlflow.cli.findings import compiled, refuse, show_beside
from yamlflow.targets.protocol import Along, RefusedError, Target

_FORMATS = ("wide", "json", "yaml", "name")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a pipeline or an Argo manifest")
    options.add_parameters(parser)
    options.add_values(parser)
    options.add_argo_version(parser)
    parser.add_argument("--name", metavar="NAME", help="name of the run")
    parser.add_argument("--generate-name", metavar="PREFIX", help="what the name of the run begins with")
    parser.add_argument("--watch", action="store_true", help="show how the run goes until its end")
    parser.add_argument("--log", action="store_true", help="print what its steps print until its end")
    parser.add_argument("--wait", action="store_true", help="return when the run has ended")
    parser.add_argument(
        "--dry-run", action="store_true", help="let the target check the manifest, print it and start nothing"
    )
    add_along(parser)
    add_runner(parser)
    options.add_target(parser)
    options.add_output(parser, *_FORMATS)


def run(args: Namespace, console: Console) -> int:
    """Start a run on the target; with --watch, --log or --wait the exit code is that of the run."""
    _check(args)
    found = compiled(args.file, options.given(args, console.env), console, several=True)
    along = read(args, console)
    if found is None or along is None:
        return 1
    _check_one(args, len(found.manifests))
    if not _fit(args, console, found.manifests):
        return 1
    along = found.along.joined(along)
    started = []
    for manifest in found.manifests:
        try:
            started.append(_start(args, console, manifest, along))
        except RefusedError as error:
            return refuse(error, found, manifest, args.file, console)
    if args.dry_run:
        console.out.write(dump_all(found.manifests, args.output or "yaml"))
        return 0
    return max([_see(args, console, *item) for item in started])


def _fit(args: Namespace, console: Console, manifests: Sequence[Workflow]) -> bool:
    """Tell what of the manifests is too large for a cluster, and whether the target takes them."""
    found = find_oversize(manifests, args.file, submitted=True)
    if not found or choose_target(args.target, args.namespace, console.env, args.file).name == "local":
        return True
    show_beside(found, console)
    return all(item.severity != "error" for item in found)


def _start(
    args: Namespace, console: Console, manifest: Workflow, along: Along
) -> tuple[Callable[[], Target], Workflow]:
    """Submit a manifest; return what opens its target, and the run."""
    rename(manifest, args.name, args.generate_name)
    namespace = args.namespace or namespace_of(manifest)

    def open_target() -> Target:
        return choose_target(args.target, namespace, console.env, args.file)

    target = open_target()
    bring(target, along, manifest, console)
    return open_target, target.submit(manifest, dry_run=args.dry_run)


def _check(args: Namespace) -> None:
    """Refuse options that do not go together."""
    ways = [f"--{way}" for way in ("watch", "log", "wait", "dry-run") if getattr(args, way.replace("-", "_"))]
    if len(ways) > 1:
        raise UsageError(f"{ways[0]} and {ways[1]} do not go together")
    if args.name is not None and args.generate_name is not None:
        raise UsageError("--name and --generate-name do not go together")
    if args.output and (args.watch or args.log):
        raise UsageError(f"{ways[0]} and -o do not go together")
    if args.dry_run and args.output not in (None, "yaml", "json"):
        raise UsageError("--dry-run prints yaml or json")


def _check_one(args: Namespace, count: int) -> None:
    """Refuse options that are for one run when there are several."""
    one = {"--name": args.name is not None, "--watch": args.watch, "--log": args.log, "-o": args.output == "json"}
    for option in (name for name, given in one.items() if given and count > 1):
        raise UsageError(f"{option} is for one run, and `{args.file}` holds {count}")


def _see(args: Namespace, console: Console, open_target: Callable[[], Target], workflow: Workflow) -> int:
    """Print what was started, and see it to its end if that was asked for."""
    if args.output == "name":
        console.out.line(runs.name_of(workflow))
    if args.watch:
        from yamlflow.cli.follow import follow_started

        return follow_started(console, open_target, workflow)
    target = open_target()
    if args.wait or args.log:
        return _to_the_end(args, console, target, workflow)
    _show(args, console, target, workflow)
    return 0


def _show(args: Namespace, console: Console, target: Target, workflow: Workflow) -> None:
    if args.output in ("json", "yaml"):
        console.out.write(dump(workflow, args.output))
    elif args.output != "name":
        from yamlflow.cli.describe import describe

        for line in describe(workflow, target.name, console.out, time(), wide=args.output == "wide"):
            console.out.line(line)


def _to_the_end(args: Namespace, console: Console, target: Target, workflow: Workflow) -> int:
    """Wait for the end of a run; its logs, or how it ended, are printed."""
    from yamlflow.cli.loglines import write_log
    from yamlflow.cli.steps import ending, header
    from yamlflow.cli.view import notice_line

    name = runs.name_of(workflow)
    if not args.output:
        console.out.line(header(workflow, target.name, console.out))
    if args.log:
        write_log(target.logs(name, follow=True), console.out)
    ended = runs.at_its_end(target, name)
    for notice in target.notices(name):
        console.err.line(notice_line(notice, console.err))
    if args.output:
        _show(args, console, target, ended)
    else:
        console.out.line(ending(ended, time(), console.out))
    return 0 if phase_of(ended) == "Succeeded" else 1
