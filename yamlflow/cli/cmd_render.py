"""`yamlflow render`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.files import write_whole
from yamlflow.app.output import dump
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.findings import compiled


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a pipeline")
    parser.add_argument("--out", metavar="FILE", help="write there instead of standard output, whole or not at all")
    options.add_parameters(parser)
    options.add_output(parser, "yaml", "json", default="yaml")


def run(args: Namespace, console: Console) -> int:
    """Print the manifest."""
    manifest = compiled(args.file, options.given(args), console)
    if manifest is None:
        return 1
    text = dump(manifest, args.output)
    if args.out:
        write_whole(args.out, text, source=args.file)
    else:
        console.out.write(text)
    return 0
