"""`yamlflow reject`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.decisions import decide
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_decision(parser)
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Refuse for a task that waits for a person: what comes after it is skipped."""
    target = choose_target(args.target, args.namespace, console.env)
    name = decide(target, args.name, args.task, {}, approved=False)
    console.out.line(f"{name}: `{args.task}` is rejected ({target.name})")
    return 0
