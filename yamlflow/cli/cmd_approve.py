"""`yamlflow approve`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.decisions import decide
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_decision(parser)
    options.add_pairs(parser, "--parameter", "given", "fill in what the task asks for")
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Let a task that waits for a person, and what comes after it, go on."""
    given = dict(options.pair(text) for text in args.given)
    target = choose_target(args.target, args.namespace, console.env)
    name = decide(target, args.name, args.task, given, approved=True)
    console.out.line(f"{name}: `{args.task}` is approved ({target.name})")
    return 0
