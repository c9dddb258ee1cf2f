"""Locks in the store: who holds them and who waits, over all runs of the machine."""

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from yamlflow.argo.phases import FINAL
from yamlflow.engine.events import Acquire, Lock

_FINAL = ", ".join(f"'{phase}'" for phase in sorted(FINAL))
_ROWS = f"FROM locks JOIN runs USING (uid) WHERE locks.name = ? AND phase NOT IN ({_FINAL})"


class Busy(NamedTuple):
    """The lock that is not to be had, and what Argo says of it."""

    lock: str
    message: str


def acquire(
    db: sqlite3.Connection, uid: str, wanted: Acquire, now: float, is_alive: Callable[[str], bool]
) -> Busy | None:
    """Get all locks for a node, or none and a place in the queue of each; return what it waits for.

    The queue goes by priority, then by age. Those that nobody looks after, because their engine is gone, are passed.
    """
    for lock in wanted.locks:
        row = (lock.name, uid, wanted.node, wanted.priority, now)
        db.execute("INSERT OR IGNORE INTO locks VALUES (?, ?, ?, ?, ?, 0)", row)
    for lock in wanted.locks:
        busy = _busy(db, uid, wanted.node, lock, is_alive)
        if busy is not None:
            return busy
    db.execute("UPDATE locks SET held = 1 WHERE uid = ? AND node = ?", (uid, wanted.node))
    return None


def _busy(db: sqlite3.Connection, uid: str, node: str, lock: Lock, is_alive: Callable[[str], bool]) -> Busy | None:
    held = db.execute(f"SELECT uid, node {_ROWS} AND held = 1", (lock.name,)).fetchall()
    if (uid, node) in held:
        return None
    left = max(0, lock.limit - len(held))
    queue = db.execute(f"SELECT uid, node {_ROWS} AND held = 0 ORDER BY locks.priority DESC, since, node", (lock.name,))
    first = [row for row in queue if row[0] == uid or is_alive(row[0])][:left]
    if (uid, node) in first:
        return None
    return Busy(lock.name, f"Waiting for {lock.name} lock. Lock status: {left}/{lock.limit}")


def release(db: sqlite3.Connection, uid: str, node: str) -> list[str]:
    """Let go of the locks of a node; return the runs that wait for one of them."""
    mine = (uid, node)
    query = "SELECT DISTINCT uid FROM locks WHERE held = 0 AND name IN (SELECT name FROM locks WHERE uid=? AND node=?)"
    waiting = [row[0] for row in db.execute(query, mine)]
    db.execute("DELETE FROM locks WHERE uid = ? AND node = ?", mine)
    return [other for other in waiting if other != uid]


def waits_for_others(db: sqlite3.Connection, uid: str) -> bool:
    """Whether a run waits for a lock that none of its own nodes holds."""
    names = db.execute("SELECT DISTINCT name FROM locks WHERE uid = ? AND held = 0", (uid,)).fetchall()
    own = "SELECT 1 FROM locks WHERE name = ? AND uid = ? AND held = 1 LIMIT 1"
    return any(db.execute(own, (name, uid)).fetchone() is None for (name,) in names)
