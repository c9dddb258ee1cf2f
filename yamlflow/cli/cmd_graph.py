"""`yamlflow graph`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.files import write_whole
from yamlflow.app.graphs import FORMATS, form_of, graph, load_any
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.findings import show_beside


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a pipeline, or an Argo manifest")
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="write there instead of standard output, whole or not at all; without -o its ending chooses the format",
    )
    options.add_values(parser)
    options.add_output(parser, *FORMATS)


def run(args: Namespace, console: Console) -> int:
    """Print the picture of a pipeline."""
    form = form_of(args.output, args.out)
    pipeline, found = load_any(args.file, options.layer(args, console.env))
    show_beside(found, console)
    if pipeline is None:
        return 1
    text = graph(pipeline, form)
    if args.out:
        write_whole(args.out, text, source=args.file)
    else:
        console.out.write(text)
    return 0
