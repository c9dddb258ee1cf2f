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
    options.add_values(parser)
    options.add_output(parser, *FORMATS, default="text")


def run(args: Namespace, console: Console) -> int:
    """Print all that is wrong."""
    from yamlflow.app.validate import validate_paths
    from yamlflow.cli.findings import show

    report = validate_paths(args.paths, options.layer(args, console.env))
    show(report, args.output, console.out, console.size[0])
    return 1 if report.count("error") else 0
