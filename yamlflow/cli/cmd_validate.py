"""`yamlflow validate`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.diagnostics.formats import FORMATS


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
    options.add_values(parser)
    options.add_output(parser, *FORMATS, default="text")


def run(args: Namespace, console: Console) -> int:
    """Print all that is wrong."""
    from yamlflow.app.validate import validate_paths
    from yamlflow.cli.findings import show
    from yamlflow.diagnostics.choice import Choice

    choice = Choice(tuple(args.select), tuple(args.ignore), args.strict)
    report = validate_paths(args.paths, options.layer(args, console.env), choice)
    show(report, args.output, console.out, console.size[0])
    return 1 if report.count("error") else 0
