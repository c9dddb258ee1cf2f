"""`--with` and `--secrets-file`: what comes along with a run."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli.console import Console
from yamlflow.diagnostics import Sink
from yamlflow.targets.protocol import Along, Target, Workflow


def add_along(parser: ArgumentParser) -> None:
    """Add `--with`, `--secrets-file` and `--allow-host-path`."""
    parser.add_argument(
        "--with",
        metavar="FILE",
        dest="along",
        action="append",
        default=[],
        help="templates, ConfigMaps, Secrets and claims for a run on this machine; may be repeated",
    )
    parser.add_argument(
        "--secrets-file", metavar="FILE", help="values of secrets for a run on this machine, as {NAME: {KEY: VALUE}}"
    )
    parser.add_argument(
        "--allow-host-path", action="store_true", help="let tasks on this machine see folders that `hostPath` names"
    )


def read(args: Namespace, console: Console) -> Along | None:
    """Return what the flags bring along; print what is wrong with it. None when it cannot be used."""
    from yamlflow.cli.findings import show_beside

    sink = Sink()
    along = read_flags(args, sink)
    show_beside(sink.sorted(), console)
    return None if sink.failed else along


def read_flags(args: Namespace, sink: Sink) -> Along:
    """Return what the flags bring along; what is wrong with it is reported."""
    if not args.along and not args.secrets_file:
        return Along(host_path=args.allow_host_path)
    from yamlflow.app.along import read_along

    return read_along(args.along, args.secrets_file, sink)._replace(host_path=args.allow_host_path)


def bring(target: Target, along: Along, manifest: Workflow, console: Console) -> None:
    """Have it come along with what goes to a target; a person is asked for secrets that are missing."""
    target.bring(along)
    if target.name != "local" or not console.can_ask:
        return
    from yamlflow.app.along import with_answers

    def ask(name: str, key: str) -> str:
        return console.ask_secret(f"secret `{name}`, `{key}`: ")

    target.bring(with_answers(along, manifest, console.env, ask))
