"""`yamlflow component show`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "reference",
        metavar="REF",
        help="a component: its name in yamlflow.yaml, a file, a folder, an address, or FILE.py:FUNCTION",
    )


def run(args: Namespace, console: Console) -> int:
    """Print a component."""
    from yamlflow.app.components import find_component
    from yamlflow.cli.findings import show_beside
    from yamlflow.cli.view_component import component_lines

    found = find_component(args.reference, console.env)
    show_beside(found.diagnostics, console)
    if found.component is None:
        return 1
    for line in component_lines(found.component, console.out):
        console.out.line(line)
    return 0
