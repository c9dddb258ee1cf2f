"""`yamlflow template list`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import objects
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """List the templates that are kept on this machine."""
    for item in objects.templates(args.namespace, console.env):
        names = ", ".join(template.get("name", "") for template in item["spec"].get("templates") or [])
        console.out.line(f"{item['metadata']['name']}  {item['kind']}  {names}")
    return 0
