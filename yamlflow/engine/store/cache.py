"""What memoized templates gave, in the store."""

import json
import sqlite3
from typing import Any

from yamlflow.engine.events import Keep


def look(db: sqlite3.Connection, namespace: str, cache: str, key: str, now: float) -> dict[str, Any] | None:
    """Return what is kept under a key, and note that somebody asked."""
    place = (namespace, cache, key)
    query = "SELECT node, outputs, created FROM cache WHERE namespace = ? AND name = ? AND key = ?"
    found = db.execute(query, place).fetchone()
    if found is None:
        return None
    db.execute("UPDATE cache SET hit = ? WHERE namespace = ? AND name = ? AND key = ?", (now, *place))
    return {"node": found[0], "outputs": json.loads(found[1]), "created": found[2]}


def keep(db: sqlite3.Connection, namespace: str, item: Keep, now: float) -> None:
    """Keep outputs; those that are there are replaced."""
    row = (namespace, item.cache, item.key, item.node, json.dumps(item.outputs), now)
    db.execute("INSERT OR REPLACE INTO cache (namespace, name, key, node, outputs, created) VALUES (?,?,?,?,?,?)", row)
