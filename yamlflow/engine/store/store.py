"""Reading and writing the store."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from sys import intern
from typing import Any, NamedTuple

from yamlflow.argo.phases import PENDING, RUNNING, SUCCEEDED
from yamlflow.engine.artifacts.repository import Stored
from yamlflow.engine.artifacts.transfer import Transfer
from yamlflow.engine.home import store_file
from yamlflow.engine.node import EXECUTED, SUSPEND, Node, restore
from yamlflow.engine.store.errors import StoreError, StrangeStoreError, check_place, explained
from yamlflow.engine.store.objects import Object, all_objects, put_object, remove_object
from yamlflow.engine.store.schema import MIGRATIONS, migrate, version_of

_WAIT_FOR_LOCK = 30.0
_AT_ONCE = 256
_SHARED = frozenset({"boundaryID", "hostNodeName", "message", "phase", "templateName", "templateScope", "type"})


class Row(NamedTuple):
    """A run as the store lists it."""

    uid: str
    namespace: str
    name: str
    created: float
    phase: str
    status: str
    shutdown: str
    request: str
    starts: int
    version: int
    manifest: str
    options: str


_COLUMNS = ", ".join(f"{'manifests' if field in ('manifest', 'options') else 'runs'}.{field}" for field in Row._fields)
_SELECT = f"SELECT {_COLUMNS} FROM runs JOIN manifests USING (uid)"
_BRIEF = f"SELECT {', '.join(Row._fields[:-2])}, '', '' FROM runs"

_TYPE, _PHASE, _PROGRESS = (f"json_extract(status, '$.{key}')" for key in ("type", "phase", "progress"))
_KNOWN = f"coalesce(CAST(substr({_PROGRESS}, instr({_PROGRESS}, '/') + 1) AS INTEGER), 1)"
_KEEP_NODE = """
    INSERT OR REPLACE INTO nodes (uid, id, seq, status, private, version)
    VALUES (?1, ?2, ?3, ?4, ?5, (SELECT version + 1 FROM runs WHERE uid = ?1))
"""


def _node_rows(uid: str, nodes: Iterable[Node]) -> Iterator[tuple[str, str, int, str, str]]:
    """Yield rows one by one: all of a wide loop would take much memory."""
    return ((uid, node.id, node.seq, _dump(node.status()), _dump(node.private())) for node in nodes)


def _statuses(rows: sqlite3.Cursor) -> Iterator[dict[str, Any]]:
    """Yield what was stored of nodes; those that are read at once share their keys."""
    while texts := [row[0] for row in rows.fetchmany(_AT_ONCE)]:
        for node in json.loads(f"[{','.join(texts)}]"):
            for key in _SHARED.intersection(node):
                node[key] = intern(node[key])
            yield node


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Store:
    """The store in a home folder. Each process opens its own."""

    def __init__(self, home: str) -> None:
        self.path = store_file(home)
        self._inode = 0
        with self._errors():
            check_place(self.path)
            os.makedirs(home, mode=0o700, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=_WAIT_FOR_LOCK, isolation_level=None)
            self._inode = os.stat(self.path).st_ino
            try:
                self._begin()
            except BaseException:
                self._db.close()
                raise

    def _begin(self) -> None:
        version = version_of(self._db)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        if version < len(MIGRATIONS):
            migrate(self._db)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, StrangeStoreError, OSError) as error:
            raise explained(self.path, self._inode, error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Return the database for changes that are made whole or not at all."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            try:
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def create(self, manifest: dict[str, Any], created: float, options: dict[str, Any]) -> bool:
        """Store a new run; False when its name is taken."""
        metadata = manifest["metadata"]
        row = (metadata["uid"], metadata["namespace"], metadata["name"], created, "", "{}")
        try:
            with self.writing() as db:
                db.execute(
                    "INSERT INTO runs (uid, namespace, name, created, phase, status) VALUES (?, ?, ?, ?, ?, ?)", row
                )
                db.execute("INSERT INTO manifests VALUES (?, ?, ?)", (metadata["uid"], _dump(manifest), _dump(options)))
        except StoreError as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError):
                return False
            raise
        return True

    def rows(self, namespace: str) -> list[Row]:
        """Return the runs of a namespace, newest first."""
        with self._errors():
            found = self._db.execute(f"{_SELECT} WHERE namespace = ? ORDER BY created DESC, uid", (namespace,))
            return [Row(*row) for row in found]

    def row(self, namespace: str, name: str, *, brief: bool = False) -> Row | None:
        """Return a run by its name; `@latest` is the newest. A `brief` one has no manifest and no options."""
        select = _BRIEF if brief else _SELECT
        with self._errors():
            if name == "@latest":
                query = f"{select} WHERE namespace = ? ORDER BY created DESC, uid LIMIT 1"
                found = self._db.execute(query, (namespace,)).fetchone()
            else:
                query = f"{select} WHERE namespace = ? AND name = ?"
                found = self._db.execute(query, (namespace, name)).fetchone()
            return None if found is None else Row(*found)

    def by_uid(self, uid: str, *, brief: bool = False) -> Row | None:
        """Return a run by its uid. A `brief` one has no manifest and no options."""
        with self._errors():
            found = self._db.execute(f"{_BRIEF if brief else _SELECT} WHERE uid = ?", (uid,)).fetchone()
            return None if found is None else Row(*found)

    def pulse(self, uid: str) -> tuple[int, str]:
        """Return a number that grows with each change of a run (0 when it is gone), and its phase."""
        with self._errors():
            found = self._db.execute("SELECT version, phase FROM runs WHERE uid = ?", (uid,)).fetchone()
            return (int(found[0]), str(found[1])) if found else (0, "")

    def request_of(self, uid: str) -> str:
        """Return what a person asked of the engine: `Stop`, `Terminate` or ""."""
        with self._errors():
            found = self._db.execute("SELECT request FROM runs WHERE uid = ?", (uid,)).fetchone()
            return str(found[0]) if found else "Terminate"

    def node_statuses(self, uid: str, since: int = -1) -> list[dict[str, Any]]:
        """Return the nodes of a run that changed after a version of it, as Argo shows them, in the order of making."""
        return list(self.each_status(uid, since))

    def each_status(self, uid: str, since: int = -1) -> Iterator[dict[str, Any]]:
        """Yield the same one by one."""
        query = "SELECT status FROM nodes WHERE uid = ? AND version > ? ORDER BY seq"
        with self._errors():
            yield from _statuses(self._db.execute(query, (uid, since)))

    def suspended(self, uid: str) -> list[dict[str, Any]]:
        """Return the nodes of a run that wait for a person or a time, as Argo shows them."""
        query = f"SELECT status FROM nodes WHERE uid = ? AND {_TYPE} = ? AND {_PHASE} IN (?, ?) ORDER BY seq"
        with self._errors():
            return [json.loads(row[0]) for row in self._db.execute(query, (uid, SUSPEND, PENDING, RUNNING))]

    def count_nodes(self, uid: str) -> int:
        """Return how many nodes a run has."""
        with self._errors():
            return int(self._db.execute("SELECT count(*) FROM nodes WHERE uid = ?", (uid,)).fetchone()[0])

    def count_work(self, uid: str) -> tuple[int, int]:
        """Return how much of the work of a run is done, and how much there is: a node's own count, else one each."""
        marks = ", ".join("?" * len(EXECUTED))
        done = f"CASE WHEN {_PHASE} = ? THEN {_KNOWN} ELSE coalesce(CAST({_PROGRESS} AS INTEGER), 0) END"
        query = f"SELECT total({done}), total({_KNOWN}) FROM nodes WHERE uid = ? AND {_TYPE} IN ({marks})"
        with self._errors():
            done, known = self._db.execute(query, (SUCCEEDED, uid, *sorted(EXECUTED))).fetchone()
            return int(done), int(known)

    def node_status(self, uid: str, node: str) -> dict[str, Any] | None:
        """Return one node of a run, by its id, as Argo shows it."""
        with self._errors():
            found = self._db.execute("SELECT status FROM nodes WHERE uid = ? AND id = ?", (uid, node)).fetchone()
            return None if found is None else json.loads(found[0])

    def nodes(self, uid: str) -> list[Node]:
        """Return the nodes of a run with what the engine needs, in the order in which they were made."""
        with self._errors():
            found = self._db.execute("SELECT status, private, seq FROM nodes WHERE uid = ? ORDER BY seq", (uid,))
            return [restore(json.loads(row[0]), json.loads(row[1]), row[2]) for row in found]

    def artifacts(self, uid: str) -> dict[str, Stored]:
        """Return what is kept for a run, by key."""
        with self._errors():
            found = self._db.execute("SELECT key, digest, size, kind FROM artifacts WHERE uid = ?", (uid,))
            return {row[0]: Stored(*row[1:]) for row in found}

    def lineage(self, uid: str) -> list[tuple[str, str, str, str, int, str, str]]:
        """Return what the tasks of a run wrote and read: task, name, direction, kind, size, hash, key."""
        query = """
            SELECT json_extract(nodes.status, '$.displayName'), lineage.name, direction,
                   replace(coalesce(artifacts.kind, 'file'), 'tree', 'folder'),
                   coalesce(artifacts.size, 0), lineage.digest, lineage.key
            FROM lineage JOIN nodes ON nodes.uid = lineage.uid AND nodes.id = lineage.node
            LEFT JOIN artifacts ON artifacts.uid = lineage.uid AND artifacts.key = lineage.key
            WHERE lineage.uid = ? ORDER BY lineage.id
        """
        with self._errors():
            return [tuple(row) for row in self._db.execute(query, (uid,))]

    def events(self, uid: str, kind: str) -> list[str]:
        """Return the messages of the events of a kind."""
        with self._errors():
            found = self._db.execute("SELECT message FROM events WHERE uid = ? AND kind = ? ORDER BY id", (uid, kind))
            return [row[0] for row in found]

    def begin(self, uid: str) -> None:
        """Note that an engine has taken up a run."""
        with self.writing() as db:
            db.execute("UPDATE runs SET starts = starts + 1 WHERE uid = ?", (uid,))

    def forgive(self, uid: str) -> None:
        """Forget how often the engine of a run was started in vain."""
        with self.writing() as db:
            db.execute("UPDATE runs SET starts = 0 WHERE uid = ?", (uid,))

    def request(self, uid: str, text: str) -> None:
        """Ask the engine of a run for something."""
        with self.writing() as db:
            db.execute("UPDATE runs SET request = ?, version = version + 1 WHERE uid = ?", (text, uid))

    def note(self, uid: str, time: float, kind: str, messages: Iterable[str]) -> None:
        """Keep events."""
        rows = [(uid, time, kind, "", message) for message in messages]
        with self.writing() as db:
            db.executemany("INSERT INTO events (uid, time, kind, node, message) VALUES (?, ?, ?, ?, ?)", rows)

    def apply(
        self,
        uid: str,
        nodes: Iterable[Node],
        workflow: tuple[str, dict[str, Any], str] | None,
        read: Iterable[Transfer] = (),
        written: Iterable[Transfer] = (),
        answered: int = 0,
        also: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        """Store one step of a run whole, or nothing. `workflow` is its phase, status and shutdown if they changed.

        Requests up to the id `answered` are done; `also` writes what belongs to the step.
        """
        rows = _node_rows(uid, nodes)
        with self.writing() as db:
            db.executemany(_KEEP_NODE, rows)
            for direction, transfers in (("in", read), ("out", written)):
                _keep_transfers(db, uid, direction, transfers)
            if also is not None:
                also(db)
            if answered:
                db.execute("DELETE FROM requests WHERE uid = ? AND id <= ?", (uid, answered))
            if workflow is None:
                db.execute("UPDATE runs SET version = version + 1, starts = 0 WHERE uid = ?", (uid,))
            else:
                phase, status, shutdown = workflow
                db.execute(
                    "UPDATE runs SET version = version + 1, starts = 0, phase = ?, status = ?, shutdown = ?"
                    " WHERE uid = ?",
                    (phase, _dump(status), shutdown, uid),
                )

    def objects(self, namespace: str) -> list[Object]:
        """Return the objects of a namespace: templates, ConfigMaps, claims."""
        with self._errors():
            return all_objects(self._db, namespace)

    def put_object(self, namespace: str, item: Object, now: float, *, replace: bool) -> bool:
        """Keep an object; False when there is one of that name that must stay."""
        with self.writing() as db:
            return put_object(db, namespace, item, now, replace=replace)

    def remove_object(self, namespace: str, kind: str, name: str) -> bool:
        """Remove an object; False when there is none."""
        with self.writing() as db:
            return remove_object(db, namespace, kind, name)

    def go_back(
        self,
        uid: str,
        manifest: dict[str, Any],
        workflow: tuple[str, dict[str, Any]],
        nodes: Iterable[Node],
        forgotten: Iterable[str],
    ) -> None:
        """Have a run that has ended go on from an earlier state of it."""
        rows = _node_rows(uid, nodes)
        with self.writing() as db:
            db.executemany("DELETE FROM nodes WHERE uid = ? AND id = ?", [(uid, node) for node in forgotten])
            db.executemany(_KEEP_NODE, rows)
            db.execute("UPDATE manifests SET manifest = ? WHERE uid = ?", (_dump(manifest), uid))
            query = (
                "UPDATE runs SET version = version + 1, starts = 0, phase = ?, status = ?, shutdown = '', request = ''"
            )
            db.execute(f"{query} WHERE uid = ?", (workflow[0], _dump(workflow[1]), uid))

    def copy_artifacts(self, uid: str, other: str) -> None:
        """Let another run see the artifacts of a run."""
        with self.writing() as db:
            columns = "key, digest, kind, size"
            db.execute(f"INSERT INTO artifacts SELECT ?, {columns} FROM artifacts WHERE uid = ?", (other, uid))

    def ask(self, uid: str, kind: str, data: dict[str, Any]) -> None:
        """Ask the engine of a run for something that it does not do yet."""
        with self.writing() as db:
            db.execute("INSERT INTO requests (uid, kind, data) VALUES (?, ?, ?)", (uid, kind, _dump(data)))

    def asked(self, uid: str) -> list[tuple[int, str, dict[str, Any]]]:
        """Return what was asked of the engine of a run and is not done."""
        with self._errors():
            found = self._db.execute("SELECT id, kind, data FROM requests WHERE uid = ? ORDER BY id", (uid,))
            return [(row[0], row[1], json.loads(row[2])) for row in found]

    def delete(self, uid: str) -> list[str]:
        """Remove a run; return the hashes of content that nobody refers to any more."""
        with self.writing() as db:
            used = {row[0] for row in db.execute("SELECT digest FROM artifacts WHERE uid = ?", (uid,))}
            used |= {row[0] for row in db.execute("SELECT digest FROM lineage WHERE uid = ?", (uid,))}
            db.execute("DELETE FROM runs WHERE uid = ?", (uid,))
            return [digest for digest in sorted(used) if not _is_used(db, digest)]


def _keep_transfers(db: sqlite3.Connection, uid: str, direction: str, transfers: Iterable[Transfer]) -> None:
    for item in transfers:
        again = (uid, item.node, item.name, direction)  # a task that was begun anew
        db.execute("DELETE FROM lineage WHERE uid = ? AND node = ? AND name = ? AND direction = ?", again)
        if item.key and direction == "out":
            row = (uid, item.key, item.stored.digest, item.stored.kind, item.stored.size)
            db.execute("INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?, ?)", row)
        db.execute(
            "INSERT INTO lineage (uid, node, name, direction, key, digest) VALUES (?, ?, ?, ?, ?, ?)",
            (uid, item.node, item.name, direction, item.key, item.stored.digest),
        )


def _is_used(db: sqlite3.Connection, digest: str) -> bool:
    query = "SELECT 1 FROM artifacts WHERE digest = ? UNION ALL SELECT 1 FROM lineage WHERE digest = ? LIMIT 1"
    return db.execute(query, (digest, digest)).fetchone() is not None
