"""What the core asks of the world beside programs: caches and locks in the store."""

import sqlite3
import time
from collections.abc import Callable, Sequence

from yamlflow.engine.events import Acquire, Acquired, Action, Cached, Denied, Event, Keep, Look, Release
from yamlflow.engine.home import RunFolder
from yamlflow.engine.lock import is_held, ring
from yamlflow.engine.store import cache, locks
from yamlflow.engine.store.store import Store

_AGAIN = 2.0  # seconds after which a lock is asked for anew: an engine that was killed wakes nobody


class Beside:
    """Does what the core asks; the answers are events."""

    def __init__(self, store: Store, home: str, namespace: str, uid: str, now: Callable[[], float]) -> None:
        self._store = store
        self._home = home
        self._namespace = namespace
        self._uid = uid
        self._now = now
        self._denied: dict[str, Acquire] = {}
        self._tried = 0.0
        self._waiting: dict[str, list[str]] = {}
        self.answers: list[Event] = []

    def kept(self, actions: Sequence[Action]) -> Callable[[sqlite3.Connection], None] | None:
        """Return what is to be stored together with the nodes: what caches keep, and locks that are free again."""
        listed = [action for action in actions if isinstance(action, (Keep, Release))]

        def write(db: sqlite3.Connection) -> None:
            for action in listed:
                if isinstance(action, Keep):
                    cache.keep(db, self._namespace, action, self._now())
                else:
                    self._waiting[action.node] = locks.release(db, self._uid, action.node)

        return write if listed else None

    def do(self, action: Action) -> None:
        """Do one thing, when what was decided is stored."""
        if isinstance(action, Look):
            with self._store.writing() as db:
                found = cache.look(db, self._namespace, action.cache, action.key, self._now())
            self.answers.append(Cached(action.cache, action.key, found))
        elif isinstance(action, Acquire):
            self._acquire(action)
        elif isinstance(action, Release):
            self._denied.pop(action.node, None)
            for uid in self._waiting.pop(action.node, ()):
                ring(RunFolder(self._home, uid).bell)
            self.try_again()

    def next_try(self) -> float | None:
        """Return when (by the monotonic clock) locks that other runs may hold are to be asked for again, or None."""
        return self._tried + _AGAIN if self._denied else None

    def look_for_locks(self) -> None:
        """Ask once more when another run may have let go of a lock and told nobody."""
        self._tried = time.monotonic()
        with self._store.writing() as db:
            others = locks.waits_for_others(db, self._uid)
        if others:
            self.try_again()

    def try_again(self) -> None:
        """Ask once more for the locks that were not to be had."""
        for action in list(self._denied.values()):
            self._acquire(action)

    def _acquire(self, action: Acquire) -> None:
        with self._store.writing() as db:
            busy = locks.acquire(db, self._uid, action, self._now(), self._is_alive)
        if busy is None:
            self._denied.pop(action.node, None)
            self.answers.append(Acquired(action.node))
        else:
            if not self._denied:
                self._tried = time.monotonic()
            self._denied[action.node] = action
            self.answers.append(Denied(action.node, busy.lock, busy.message))

    def _is_alive(self, uid: str) -> bool:
        return is_held(RunFolder(self._home, uid).lock)
