"""`--with` and `--secrets-file`: what comes along with a run."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.errors import UsageError
from yamlflow.cli.console import Console
from yamlflow.cli.options import one_of
from yamlflow.diagnostics import Sink
from yamlflow.targets.protocol import Along, Target, Workflow


def add_with(parser: ArgumentParser, what: str) -> None:
    """Add `--with`."""
    parser.add_argument("--with", metavar="FILE", dest="along", action="append", default=[], help=what)


def add_along(parser: ArgumentParser) -> None:
    """Add what says how a run on this machine is done, and what comes along with it."""
    add_with(parser, "templates, ConfigMaps, Secrets and claims for a run on this machine; may be repeated")
    add_secrets(parser, "values of secrets for a run on this machine, as {NAME: {KEY: VALUE}}")
    parser.add_argument(
        "--allow-host-path", action="store_true", help="let tasks on this machine see folders that `hostPath` names"
    )


def add_secrets(parser: ArgumentParser, text: str) -> None:
    """Add `--secrets-file`."""
    parser.add_argument("--secrets-file", metavar="FILE", help=text)


def add_runner(parser: ArgumentParser) -> None:
    """Add what says how tasks are run, and what they may do without."""
    parser.add_argument(
        "--runner",
        metavar="KIND",
        type=one_of("runner", ("process", "container")),
        help="what tasks on this machine are: process (its programs, without images) or container (docker, podman)",
    )
    parser.add_argument(
        "--no-sandbox", action="store_true", help="run processes without a sandbox: they see and change your files"
    )
    parser.add_argument(
        "--allow-privileged", action="store_true", help="let containers on this machine be `privileged`"
    )
    parser.add_argument(
        "--allow-left-out",
        metavar="FIELD",
        action="append",
        default=[],
        help="do not warn that this field is not in force on this machine; may be repeated",
    )


def way_of(args: Namespace) -> Along:
    """Return how the flags want tasks to be run."""
    if "runner" not in args:
        return Along()
    if args.no_sandbox and args.runner == "container":
        raise UsageError("--no-sandbox and --runner container do not go together")
    runner = args.runner or ("process" if args.no_sandbox else "")
    left_out = tuple(args.allow_left_out)
    return Along(privileged=args.allow_privileged, left_out=left_out, runner=runner, sandbox=not args.no_sandbox)


def read(args: Namespace, console: Console) -> Along | None:
    """Return what the flags bring along; print what is wrong with it. None when it cannot be used."""
    from yamlflow.cli.findings import show_beside

    sink = Sink()
    along = read_flags(args, sink)
    show_beside(sink.sorted(), console)
    return None if sink.failed else along


def read_flags(args: Namespace, sink: Sink) -> Along:
    """Return what the flags bring along; what is wrong with it is reported."""
    way = way_of(args)._replace(host_path=getattr(args, "allow_host_path", False))
    files = getattr(args, "along", ())
    if not files and not args.secrets_file:
        return way
    from yamlflow.app.along import read_along

    along = read_along(files, args.secrets_file, sink)
    return way._replace(objects=along.objects, secrets=along.secrets)


def bring(target: Target, along: Along, manifest: Workflow, console: Console) -> None:
    """Have it come along with what goes to a target; a person is asked for secrets that are missing."""
    target.bring(along)
    if target.name != "local" or not console.can_ask:
        return
    from yamlflow.app.along import with_answers

    def ask(name: str, key: str) -> str:
        return console.ask_secret(f"secret `{name}`, `{key}`: ")

    target.bring(with_answers(along, manifest, console.env, ask))
