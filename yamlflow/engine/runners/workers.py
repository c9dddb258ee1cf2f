"""Work that takes long (copying and hashing artifacts), done beside the engine's loop."""

import os
import selectors
from collections import deque
from collections.abc import Callable
from typing import Any

Job = Callable[[], Any]
Done = Callable[[Any], None]


class Workers:
    """One thread, started when there is something to do; what it found is handed over in the loop."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._jobs: Any = None
        self._finished: deque[tuple[Done, Any]] = deque()
        self._wake = -1

    def run(self, job: Job, done: Done) -> None:
        """Do a job in the thread, then call `done` with what it returned in the loop."""
        if self._jobs is None:
            self._begin()
        self._jobs.put((job, done))

    def run_beside(self, job: Job, done: Done) -> None:
        """Do a job that may last in a thread of its own."""
        import threading

        if self._jobs is None:
            self._begin()
        threading.Thread(target=self._do, args=(job, done), daemon=True).start()

    def teller(self, told: Callable[[str], None]) -> Callable[[str], None]:
        """Return what says something in the loop; it is for the threads that this starts."""
        return lambda text: self._call(told, text)

    def _call(self, done: Done, found: object) -> None:
        self._finished.append((done, found))
        os.write(self._wake, b".")

    def _begin(self) -> None:
        import queue
        import threading

        self._jobs = queue.SimpleQueue()
        read_end, self._wake = os.pipe()
        os.set_blocking(read_end, False)
        self._selector.register(read_end, selectors.EVENT_READ, lambda: self._hand_over(read_end))
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            self._do(*self._jobs.get())

    def _do(self, job: Job, done: Done) -> None:
        try:
            found = job()
        except Exception as error:
            found = error
        self._call(done, found)

    def _hand_over(self, read_end: int) -> None:
        os.read(read_end, 4096)
        while self._finished:
            done, found = self._finished.popleft()
            if isinstance(found, Exception):
                raise found
            done(found)
