"""`yamlflow package`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.compile import PACKAGE
from yamlflow.app.files import write_whole
from yamlflow.app.package import ENDINGS, ending_of, package
from yamlflow.app.sizes import find_oversize
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.findings import compiled, show_beside


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a pipeline")
    parser.add_argument(
        "--out",
        metavar="FILE",
        required=True,
        help=f"the package, with the ending {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}; written whole or not at all",
    )
    options.add_parameters(parser)
    options.add_values(parser)
    options.add_argo_version(parser)


def run(args: Namespace, console: Console) -> int:
    """Write the package of a pipeline."""
    ending_of(args.out)
    found = compiled(args.file, options.given(args, console.env, PACKAGE), console)
    if found is None or found.manifest is None:
        return 1
    show_beside(find_oversize(found.manifests, args.file), console)
    write_whole(args.out, package(found.manifest, args.out), source=args.file)
    return 0
