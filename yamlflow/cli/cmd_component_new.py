"""`yamlflow component new`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "name", metavar="NAME", help="NAME makes the folder NAME with a component.yaml, NAME.py a Python function"
    )


def run(args: Namespace, console: Console) -> int:
    """Write a new component, never over an old one."""
    from yamlflow.app.component_new import new_component

    new = new_component(args.name)
    console.out.line(f"{new.path} is written; `yamlflow component show {new.reference}` shows it")
    return 0
