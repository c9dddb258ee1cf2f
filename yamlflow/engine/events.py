"""What reaches the core (events) and what the core asks for (actions). Both are plain values."""

from typing import Any, NamedTuple

Outputs = dict[str, Any]


class Started(NamedTuple):
    """The program of a pod runs."""

    node: str
    host: str = ""


class Ready(NamedTuple):
    """The program of a daemon can be used, at an address."""

    node: str
    address: str


class Ended(NamedTuple):
    """A pod is over. `exit_code` is None when its main program never ran.

    `failure` adds to the message of a program that failed; `error` says what the system could not do (then the node is
    Error, not Failed), as in `wait: Error (exit code 64): ...`. `containers` are all programs of the pod that have
    ended, with exit code and failure, if there are others than the main one; `beside` are the names of sidecars.
    """

    node: str
    exit_code: int | None
    outputs: Outputs | None = None
    failure: str = ""
    error: str = ""
    containers: tuple[tuple[str, int, str], ...] = ()
    beside: tuple[str, ...] = ()


class Shutdown(NamedTuple):
    """A person ends the run: `Stop` (exit handlers still run) or `Terminate`."""

    strategy: str


class Resume(NamedTuple):
    """A person ends the waiting of suspended nodes."""


class Tick(NamedTuple):
    """Time has passed; deadlines may be due."""


Event = Started | Ready | Ended | Shutdown | Resume | Tick


class Start(NamedTuple):
    """Run the program of a pod node."""

    node: str


class Kill(NamedTuple):
    """End the program of a pod node; its `Ended` may still follow."""

    node: str


Action = Start | Kill
