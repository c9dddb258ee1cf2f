"""Following a run while doing something else: a thread reads the target's changes, the caller waits with a limit."""

from queue import Empty, SimpleQueue
from threading import Thread
from typing import Literal

from yamlflow.app.tree import Workflow
from yamlflow.targets.protocol import Target

_Event = Workflow | Exception | None | Literal["wake"]


class Follower:
    """The newest state of a run. `target` is used in a thread of its own and must not be shared."""

    __slots__ = ("_events", "ended")

    def __init__(self, target: Target, name: str) -> None:
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self.ended = False
        Thread(target=self._read, args=(target, name), daemon=True).start()

    def _read(self, target: Target, name: str) -> None:
        try:
            for workflow in target.watch(name, brief=True):
                self._events.put(workflow)
            self._events.put(None)
        except Exception as error:  # handed over: it is raised where the caller waits
            self._events.put(error)

    def wake(self) -> None:
        """Have the caller wait no longer; may be called from any thread."""
        self._events.put("wake")

    def newest(self, timeout: float) -> Workflow | None:
        """Wait for a change, at most `timeout` seconds, and return the state after all that came; None if none did."""
        found: Workflow | None = None
        try:
            event = self._events.get(timeout=timeout)
            while True:
                if event is None:
                    self.ended = True
                    return found
                if isinstance(event, Exception):
                    raise event
                if event != "wake":
                    found = event
                elif found is None:
                    return None
                event = self._events.get_nowait()
        except Empty:
            return found
