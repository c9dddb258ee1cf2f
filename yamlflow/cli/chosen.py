"""The run that a command is about."""

from argparse import Namespace
from typing import NamedTuple

from yamlflow.app import runs
from yamlflow.app.targets import choose_target
from yamlflow.cli.console import Console
from yamlflow.targets.protocol import Along, Target


class Chosen(NamedTuple):
    """A target, and the name of a run there."""

    target: Target
    name: str

    def say(self, text: str, console: Console) -> int:
        """Print what became of it, and where."""
        console.out.line(f"{text} ({self.target.name})")
        return 0


def choose(args: Namespace, console: Console, along: Along | None = None) -> Chosen:
    """Find the run; what comes along with it goes to the target."""
    target = choose_target(args.target, args.namespace, console.env)
    if along is not None:
        target.bring(along)
    return Chosen(target, runs.name_of(target.get(args.name)))
