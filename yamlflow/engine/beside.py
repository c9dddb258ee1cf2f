"""What the core asks of the world beside programs: caches and locks in the store."""

from collections.abc import Callable

from yamlflow.engine.events import Acquire, Acquired, Action, Cached, Denied, Event, Keep, Look, Release
from yamlflow.engine.home import RunFolder
from yamlflow.engine.lock import is_held, ring
from yamlflow.engine.store import cache, locks
from yamlflow.engine.store.store import Store


class Beside:
    """Does what the core asks; the answers are events."""

    def __init__(self, store: Store, home: str, namespace: str, uid: str, now: Callable[[], float]) -> None:
        self._store = store
        self._home = home
        self._namespace = namespace
        self._uid = uid
        self._now = now
        self._denied: dict[str, Acquire] = {}
        self.answers: list[Event] = []

    def do(self, action: Action) -> None:
        """Do one thing."""
        if isinstance(action, Look):
            with self._store.writing() as db:
                found = cache.look(db, self._namespace, action.cache, action.key, self._now())
            self.answers.append(Cached(action.cache, action.key, found))
        elif isinstance(action, Keep):
            with self._store.writing() as db:
                cache.keep(db, self._namespace, action, self._now())
        elif isinstance(action, Acquire):
            self._acquire(action)
        elif isinstance(action, Release):
            self._release(action.node)

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
            self._denied[action.node] = action
            self.answers.append(Denied(action.node, busy.lock, busy.message))

    def _release(self, node: str) -> None:
        self._denied.pop(node, None)
        with self._store.writing() as db:
            waiting = locks.release(db, self._uid, node)
        for uid in waiting:
            ring(RunFolder(self._home, uid).bell)
        self.try_again()

    def _is_alive(self, uid: str) -> bool:
        return is_held(RunFolder(self._home, uid).lock)
