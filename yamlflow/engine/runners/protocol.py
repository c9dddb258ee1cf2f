"""What the engine asks of a runner."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from yamlflow.engine.artifacts.transfer import Transfer
from yamlflow.engine.events import Ended, Progressed, Ready, Started, Waiting
from yamlflow.engine.task import Task

Told = Started | Progressed | Ready | Ended | Waiting


class Report(NamedTuple):
    """What a runner tells: an event, and the artifacts that were read or kept."""

    event: Told
    read: tuple[Transfer, ...] = ()
    written: tuple[Transfer, ...] = ()


class Runner(Protocol):
    """Runs the programs of pods. No method waits."""

    def start(self, node: str, make: Callable[[], Task]) -> None:
        """Run a task as soon as there is room; it is made then, or a SubstitutionError says why it cannot be."""
        ...

    def ask(self, node: str, job: Callable[[], Ended]) -> None:
        """Do what needs no program, such as the request of an `http` template."""
        ...

    def refuse(self, node: str, message: str) -> None:
        """Report a task that cannot be run because its template cannot be filled in."""
        ...

    def kill(self, node: str) -> None:
        """End the program of a node: kindly, and some seconds later by force."""
        ...

    def reports(self) -> list[Report]:
        """Return what has happened since the last call."""
        ...

    def next_time(self) -> float | None:
        """Return when `reports` must be called again at the latest, or None."""
        ...

    def tidy(self) -> None:
        """Remove what finished tasks left."""
        ...

    def close(self) -> None:
        """End every program that still runs."""
        ...
