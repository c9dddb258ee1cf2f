"""What runs of a namespace share: their artifacts by key, and what one makes, changes and owns."""

import json
import sqlite3
from typing import Any

from yamlflow.engine.artifacts.repository import Stored
from yamlflow.engine.store.store import Store


def kept_in(home: str, namespace: str) -> dict[str, Stored]:
    """Return what is kept for all runs of a namespace, by key; what a later run has kept wins. For any thread."""
    query = "SELECT key, digest, size, kind FROM artifacts JOIN runs USING (uid) WHERE namespace = ? ORDER BY created"
    store = Store(home)
    try:
        with store.writing() as db:
            return {row[0]: Stored(*row[1:]) for row in db.execute(query, (namespace,))}
    finally:
        store.close()


def forget_brought(db: sqlite3.Connection, uid: str, kind: str, name: str) -> None:
    """Have an object no longer come along with a run: what is in the store counts."""
    found = db.execute("SELECT options FROM manifests WHERE uid = ?", (uid,)).fetchone()
    options = json.loads(found[0]) if found else {}
    along = options.get("along") or []
    kept = [item for item in along if (item["kind"], item["metadata"]["name"]) != (kind, name)]
    if len(kept) != len(along):
        changed = json.dumps({**options, "along": kept}, separators=(",", ":"), ensure_ascii=False)
        db.execute("UPDATE manifests SET options = ? WHERE uid = ?", (changed, uid))


def forget_artifact(db: sqlite3.Connection, uid: str, key: str) -> list[str]:
    """Forget what a run has kept under a key; return the hashes of content that nobody else refers to."""
    found = db.execute("DELETE FROM artifacts WHERE uid = ? AND key = ? RETURNING digest", (uid, key)).fetchall()
    query = (
        "SELECT 1 FROM artifacts WHERE digest = ? UNION ALL SELECT 1 FROM lineage WHERE digest = ? AND uid != ? LIMIT 1"
    )
    return [row[0] for row in found if db.execute(query, (row[0], row[0], uid)).fetchone() is None]


def put_manifest(db: sqlite3.Connection, uid: str, manifest: dict[str, Any]) -> None:
    """Keep a changed manifest of a run."""
    text = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False)
    db.execute("UPDATE manifests SET manifest = ? WHERE uid = ?", (text, uid))
    db.execute("UPDATE runs SET version = version + 1 WHERE uid = ?", (uid,))


def owned_by(db: sqlite3.Connection, namespace: str, uid: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what a run owns: objects by kind and name, and the names of other runs."""
    pattern = f'%"ownerReferences"%{uid}%'
    query = "SELECT kind, name FROM objects WHERE namespace = ? AND object LIKE ?"
    objects = [(row[0], row[1]) for row in db.execute(query, (namespace, pattern))]
    query = "SELECT name FROM runs JOIN manifests USING (uid) WHERE namespace = ? AND manifest LIKE ?"
    return objects, [row[0] for row in db.execute(query, (namespace, pattern))]
