"""`yamlflow get`."""

from argparse import ArgumentParser, Namespace
from time import time

from yamlflow.app import runs
from yamlflow.app.output import dump
from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.describe import describe
from yamlflow.cli.failed import show_failed


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    options.add_target(parser)
    options.add_output(parser, "wide", "json", "yaml", "name")


def run(args: Namespace, console: Console) -> int:
    """Print a run."""
    target = choose_target(args.target, args.namespace, console.env)
    workflow = target.get(args.name)
    if args.output in ("json", "yaml"):
        console.out.write(dump(workflow, args.output))
    elif args.output == "name":
        console.out.line(runs.name_of(workflow))
    else:
        for line in describe(workflow, target.name, console.out, time(), wide=args.output == "wide"):
            console.out.line(line)
        show_failed(workflow, target, console)
    return 0
