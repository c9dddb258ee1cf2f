"""`yamlflow component search`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.errors import RequestError
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("text", metavar="TEXT", help="what the name, the reference or the description holds")


def run(args: Namespace, console: Console) -> int:
    """Print what is found in the project."""
    from yamlflow.app.component_list import list_components
    from yamlflow.cli.view_component import listed_lines

    found = list_components(console.env, args.text)
    if not found:
        raise RequestError(f"no component holds `{args.text}`", hint="`yamlflow component list` lists all")
    for line in listed_lines(found):
        console.out.line(line)
    return 0
