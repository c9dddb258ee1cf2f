"""`yamlflow component list`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments: there are none."""
    del parser


def run(args: Namespace, console: Console) -> int:
    """Print what the project has."""
    from yamlflow.app.component_list import list_components
    from yamlflow.cli.view_component import listed_lines

    del args
    for line in listed_lines(list_components(console.env)):
        console.out.line(line)
    return 0
