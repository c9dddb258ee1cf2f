"""`yamlflow validate`."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from yamlflow.app.errors import UsageError
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.diagnostics.formats import FORMATS

if TYPE_CHECKING:
    from yamlflow.app.layer import Layer
    from yamlflow.diagnostics.choice import Choice
    from yamlflow.diagnostics.report import Report


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="files and folders (default: what yamlflow.yaml says, else this folder)",
    )
    parser.add_argument(
        "--select",
        metavar="CODES",
        type=options.codes,
        action="extend",
        default=[],
        help="only these findings, separated by commas",
    )
    parser.add_argument(
        "--ignore",
        metavar="CODES",
        type=options.codes,
        action="extend",
        default=[],
        help="not these findings, separated by commas",
    )
    parser.add_argument("--strict", action="store_true", help="warnings are errors")
    parser.add_argument("--fix", action="store_true", help="mend what is safe to mend, and print what is left")
    parser.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    parser.add_argument(
        "--show-rendered",
        action="store_true",
        help="print first the YAML that templates yield, each line with where it comes from",
    )
    options.add_values(parser)
    options.add_argo_version(parser)
    options.add_output(parser, *FORMATS, default="text")


def run(args: Namespace, console: Console) -> int:
    """Print all that is wrong."""
    from yamlflow.app.validate import validate_paths
    from yamlflow.cli.findings import show
    from yamlflow.diagnostics.choice import Choice

    if args.show_rendered and args.output != "text":
        raise UsageError(f"--show-rendered and -o {args.output} do not go together")
    choice = Choice(tuple(args.select), tuple(args.ignore), args.strict)
    layer = options.layer(args, console.env)
    report = validate_paths(args.paths, layer, choice)
    if args.diff:
        return _show_difference(report, layer, choice, console)
    if args.fix and _fix(report, layer, choice, console):
        report = validate_paths(args.paths, layer, choice)
    if args.show_rendered:
        from yamlflow.app.origins import yields
        from yamlflow.cli.origins import show_yields

        show_yields(yields(report.checked, layer), console.out)
    show(report, args.output, console.out, console.size[0])
    return 1 if report.count("error") else 0


def _fix(report: "Report", layer: "Layer", choice: "Choice", console: Console) -> bool:
    """Mend files and say what was done; return whether there is anything new to check."""
    from yamlflow.app.fix import mend, write

    changed = False
    for mended in mend(report, layer, choice):
        problem = write(mended)
        changed = True
        if problem:
            console.error(f"`{mended.path}` was not mended: {problem}")
            continue
        for line, column, what in mended.done:
            console.note(f"{mended.path}:{line}:{column}: fixed: {what}")
    return changed


def _show_difference(report: "Report", layer: "Layer", choice: "Choice", console: Console) -> int:
    """Print what would be mended; the exit code says whether that is anything."""
    from yamlflow.app.fix import difference, mend

    code = 0
    for mended in mend(report, layer, choice):
        code = 1
        for line in difference(mended):
            console.out.write(line)
    return code
