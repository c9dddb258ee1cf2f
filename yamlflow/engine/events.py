"""What reaches the core (events) and what the core asks for (actions). Both are plain values."""

from typing import Any, NamedTuple

Outputs = dict[str, Any]

OOM_KILLED = "OOMKilled"
START_ERROR = "StartError"
"""How a `failure` begins when Kubernetes would name it so."""


class Started(NamedTuple):
    """The program of a pod runs."""

    node: str
    host: str = ""


class Waiting(NamedTuple):
    """What the program of a pod waits for before it can run."""

    node: str
    message: str


class Progressed(NamedTuple):
    """The program of a pod says how far it is: `N/M`."""

    node: str
    progress: str


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
    """A person ends the waiting of suspended nodes: of these, or of all, and of the run itself."""

    nodes: tuple[str, ...] = ()


class SetNodes(NamedTuple):
    """A person says how suspended nodes end (phase "" leaves them waiting), with which message and outputs."""

    nodes: tuple[str, ...]
    phase: str = ""
    message: str = ""
    outputs: dict[str, str] | None = None


class Suspend(NamedTuple):
    """A person has a run make no new nodes."""


class Tick(NamedTuple):
    """Time has passed; deadlines may be due."""


class Lock(NamedTuple):
    """A mutex or semaphore: its name, and how many may hold it."""

    name: str
    limit: int


class Cached(NamedTuple):
    """What a cache holds under a key: `outputs`, `created`; None when there is nothing."""

    cache: str
    key: str
    entry: dict[str, Any] | None


class Acquired(NamedTuple):
    """A node has got all its locks; "" is the workflow itself."""

    node: str


class Denied(NamedTuple):
    """A node has to wait for a lock; "" is the workflow itself."""

    node: str
    lock: str
    message: str


Event = (
    Started
    | Waiting
    | Progressed
    | Ready
    | Ended
    | Cached
    | Acquired
    | Denied
    | Shutdown
    | Resume
    | SetNodes
    | Suspend
    | Tick
)


class Start(NamedTuple):
    """Run the program of a pod node."""

    node: str


class Kill(NamedTuple):
    """End the program of a pod node; its `Ended` may still follow."""

    node: str


class Look(NamedTuple):
    """Look what a cache holds under a key; answered by `Cached`."""

    cache: str
    key: str


class Keep(NamedTuple):
    """Keep outputs in a cache."""

    cache: str
    key: str
    node: str
    outputs: Outputs


class Acquire(NamedTuple):
    """Get locks for a node; answered by `Acquired` or `Denied`, and by `Acquired` later."""

    node: str
    locks: tuple[Lock, ...]
    priority: int


class Release(NamedTuple):
    """Let go of the locks of a node."""

    node: str


Action = Start | Kill | Look | Keep | Acquire | Release
