"""`yamlflow render`."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from yamlflow.app.errors import UsageError
from yamlflow.app.files import write_whole
from yamlflow.app.output import dump_all
from yamlflow.app.request import KINDS
from yamlflow.app.sizes import find_oversize
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.findings import compiled, show_beside

if TYPE_CHECKING:
    from yamlflow.app.compile import Compiled


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="a pipeline; with --check also several, and folders")
    parser.add_argument("--out", metavar="FILE", help="write there instead of standard output, whole or not at all")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; tell whether NAME.rendered.yaml beside NAME.yaml, or NAME.PROFILE.rendered.yaml, is what "
        "would be written (default: all in this folder)",
    )
    parser.add_argument(
        "--as",
        dest="kind",
        metavar="KIND",
        type=_kind,
        help=f"{', '.join(KINDS[:-1])} or {KINDS[-1]} (default: Workflow, or CronWorkflow with a schedule)",
    )
    options.add_parameters(parser)
    options.add_values(parser)
    options.add_argo_version(parser)
    options.add_output(parser, "yaml", "json")


def _kind(text: str) -> str:
    """Read a kind; that of schedules is not chosen."""
    if text.lower() == "cronworkflow":
        hint = "a pipeline with `schedule` becomes one without --as"
        raise UsageError(f"there is no `--as {text}`", hint=hint)
    return options.one_of("kind", KINDS)(text)


def run(args: Namespace, console: Console) -> int:
    """Print the manifests of a file, or check the ones that are kept beside their pipelines."""
    if args.check:
        return _check(args, console)
    if len(args.files) != 1:
        raise UsageError("`yamlflow render` takes one FILE" + (", or --check" if args.files else ""))
    file = args.files[0]
    found = compiled(file, options.given(args, console.env, args.kind or ""), console, several=True)
    if found is None:
        return 1
    show_beside(find_oversize(found.manifests, file), console)
    text = dump_all(found.manifests, args.output or "yaml")
    if args.out:
        write_whole(args.out, text, source=file)
    else:
        console.out.write(text)
    return 0


def _check(args: Namespace, console: Console) -> int:
    from yamlflow.app.rendered import check_kept
    from yamlflow.cli.kept import show_kept

    if args.out or args.output:
        raise UsageError(f"--check and {'--out' if args.out else '-o'} do not go together")
    given = options.given(args, console.env, args.kind or "")

    def compile_now(file: str, profile: str) -> "Compiled":
        return given.with_profile(profile).compile(file, several=True)

    return show_kept(check_kept(args.files or ["."], args.profile, compile_now), console)
