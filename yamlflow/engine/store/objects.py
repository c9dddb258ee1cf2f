"""Objects in the store: templates, ConfigMaps and claims. Secrets are never kept."""

import json
import sqlite3
from typing import Any

from yamlflow.engine.objects import SECRET

Object = dict[str, Any]


def all_objects(db: sqlite3.Connection, namespace: str) -> list[Object]:
    """Return the objects of a namespace."""
    found = db.execute("SELECT object FROM objects WHERE namespace = ? ORDER BY kind, name", (namespace,))
    return [json.loads(row[0]) for row in found]


def put_object(db: sqlite3.Connection, namespace: str, item: Object, now: float, *, replace: bool) -> bool:
    """Keep an object; False when there is one of that name that must stay."""
    if item["kind"] == SECRET:
        raise ValueError("secrets are not kept")
    key = (namespace, item["kind"], item["metadata"]["name"])
    if not replace and db.execute("SELECT 1 FROM objects WHERE namespace=? AND kind=? AND name=?", key).fetchone():
        return False
    db.execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)", (*key, now, json.dumps(item)))
    return True


def remove_object(db: sqlite3.Connection, namespace: str, kind: str, name: str) -> bool:
    """Remove an object; False when there is none."""
    found = db.execute("DELETE FROM objects WHERE namespace = ? AND kind = ? AND name = ?", (namespace, kind, name))
    return found.rowcount > 0
