"""Compiling a file anew whenever something changes that it depends on."""

import os
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import NamedTuple, Self

from yamlflow.app.changes import Changes
from yamlflow.app.compile import Compiled
from yamlflow.app.contents import digest, look
from yamlflow.project.places import places
from yamlflow.templating import SCHEMA

_TRIES = 5

Contents = dict[str, str]
"""Files with the hash of what is in them; "" for one that is not there."""


class Round(NamedTuple):
    """What came of a change."""

    compiled: Compiled
    changed: tuple[str, ...]
    """The files that are not as they were before; none for the first round."""


class Rounds:
    """A file, compiled at the start and after each change of it or of what it depends on.

    `wake` is called, in another thread, when it is time to ask for a round.
    """

    def __init__(self, file: str, compile_now: Callable[[], Compiled]) -> None:
        self.wake: Callable[[], None] | None = None
        self._compile = compile_now
        self._file = file
        self._files = frozenset((file,))
        projects = [*places(os.path.dirname(file))]
        self._projects = frozenset((*projects, *(os.path.join(os.path.dirname(path), SCHEMA) for path in projects)))
        self._seen: Contents = {}
        self._failed = False
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._changes = Changes(self._ring)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._changes.close()

    @property
    def files(self) -> frozenset[str]:
        """What the file depends on, itself included."""
        return self._files

    def first(self) -> Round:
        """Return the round of the start."""
        return Round(self._settled(), ())

    def next(self) -> Round:
        """Wait for the next round."""
        while True:
            self._bell.get()
            found = self._look()
            if found is not None:
                return found

    def poll(self) -> Round | None:
        """Return the next round if there is one now."""
        try:
            self._bell.get_nowait()
        except Empty:
            return None
        return self._look()

    def forget(self) -> None:
        """Take the next save for a change even if it changes nothing: what was to be done with this one failed."""
        self._failed = True

    def _ring(self) -> None:
        self._bell.put(None)
        if self.wake is not None:
            self.wake()

    def _look(self) -> Round | None:
        """Compile if something is not as it was."""
        before = self._seen
        now = self._watched()
        if now == before and not self._failed:
            return None
        self._failed = False
        return Round(self._settled(), tuple(sorted(file for file in now if now[file] != before.get(file))))

    def _settled(self) -> Compiled:
        """Compile, and once more if files changed meanwhile or were not watched yet: no change is ever missed."""
        now = self._watched()
        for _ in range(_TRIES):
            before, compiled = now, self._compile()
            self._files = compiled.files | {self._file}
            now = self._watched()
            if now.items() <= before.items():
                self._seen = now
                break
        else:  # somebody writes without end: show what there is, and look again
            self._seen = before
            self._ring()
        return compiled

    def _watched(self) -> Contents:
        """Watch what counts now, then read it."""
        self._changes.watch(self._files, self._projects)
        return {file: _hash(file) for file in self._files | self._projects}


def _hash(file: str) -> str:
    content = look(file)
    return digest(content.data) if content is not None and content.state else ""
