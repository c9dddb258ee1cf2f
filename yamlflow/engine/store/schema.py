"""The shape of the store. Each migration takes it one version further; none is ever changed once released."""

import sqlite3

from yamlflow.engine.store.errors import StrangeStoreError

MIGRATIONS = (
    """
    CREATE TABLE runs (
        uid TEXT PRIMARY KEY,
        namespace TEXT NOT NULL,
        name TEXT NOT NULL,
        created REAL NOT NULL,
        phase TEXT NOT NULL,
        status TEXT NOT NULL,
        shutdown TEXT NOT NULL DEFAULT '',
        request TEXT NOT NULL DEFAULT '',
        starts INTEGER NOT NULL DEFAULT 0,
        version INTEGER NOT NULL DEFAULT 1,
        UNIQUE (namespace, name)
    );
    CREATE INDEX runs_by_age ON runs (namespace, created);
    CREATE TABLE manifests (
        uid TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
        manifest TEXT NOT NULL,
        options TEXT NOT NULL
    );
    CREATE TABLE nodes (
        uid TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        status TEXT NOT NULL,
        private TEXT NOT NULL,
        PRIMARY KEY (uid, id)
    ) WITHOUT ROWID;
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        time REAL NOT NULL,
        kind TEXT NOT NULL,
        node TEXT NOT NULL,
        message TEXT NOT NULL
    );
    CREATE INDEX events_by_run ON events (uid, id);
    CREATE TABLE artifacts (
        uid TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        key TEXT NOT NULL,
        digest TEXT NOT NULL,
        kind TEXT NOT NULL,
        size INTEGER NOT NULL,
        PRIMARY KEY (uid, key)
    ) WITHOUT ROWID;
    CREATE INDEX artifacts_by_digest ON artifacts (digest);
    CREATE TABLE lineage (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        node TEXT NOT NULL,
        name TEXT NOT NULL,
        direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
        key TEXT NOT NULL,
        digest TEXT NOT NULL
    );
    CREATE INDEX lineage_by_run ON lineage (uid, node);
    CREATE TABLE cache (
        namespace TEXT NOT NULL,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        node TEXT NOT NULL,
        outputs TEXT NOT NULL,
        created REAL NOT NULL,
        hit REAL,
        PRIMARY KEY (namespace, name, key)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE objects (
        namespace TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        created REAL NOT NULL,
        object TEXT NOT NULL,
        PRIMARY KEY (namespace, kind, name)
    ) WITHOUT ROWID;
    CREATE TABLE locks (
        name TEXT NOT NULL,
        uid TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        node TEXT NOT NULL,
        priority INTEGER NOT NULL,
        since REAL NOT NULL,
        held INTEGER NOT NULL,
        PRIMARY KEY (name, uid, node)
    ) WITHOUT ROWID;
    CREATE INDEX locks_by_run ON locks (uid);
    """,
    """
    CREATE TABLE requests (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
        kind TEXT NOT NULL,
        data TEXT NOT NULL
    );
    CREATE INDEX requests_by_run ON requests (uid, id);
    """,
    """
    ALTER TABLE nodes ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX nodes_by_version ON nodes (uid, version);
    """,
)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a store; StrangeStoreError when it is none that this yamlflow knows."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StrangeStoreError(f"it has version {version}, and this yamlflow knows versions up to {len(MIGRATIONS)}")
    if version < 0 or (version == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()):
        raise StrangeStoreError("it is a database, and none of yamlflow's")
    return version


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the store to the shape that this version knows."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            for statement in script.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
    except sqlite3.OperationalError as error:
        connection.execute("ROLLBACK")
        if "already exists" in str(error) or "duplicate column" in str(error):
            raise StrangeStoreError(f"what is in it does not fit its version {version}: {error}") from error
        raise
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
