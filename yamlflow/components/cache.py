"""What was fetched, kept by its digest."""

import os
from collections.abc import Mapping


def digest_of(data: bytes) -> str:
    """Return the digest of a component file as KFP makes it, whatever its line endings."""
    from hashlib import sha256

    return sha256(data.replace(b"\r\n", b"\n")).hexdigest()


class Cache:
    """A folder of files by digest."""

    def __init__(self, env: Mapping[str, str]) -> None:
        base = env.get("XDG_CACHE_HOME", "")
        home = os.path.join(env.get("HOME") or os.path.expanduser("~"), ".cache")
        self.folder = os.path.join(base if os.path.isabs(base) else home, "yamlflow", "components")

    def path(self, digest: str) -> str:
        """Return where the content of a digest is."""
        return os.path.join(self.folder, digest)

    def read(self, digest: str) -> bytes | None:
        """Return the content of a digest; None where it is not kept, or is not what it should be."""
        try:
            with open(self.path(digest), "rb") as file:
                data = file.read()
        except OSError:
            return None
        return data if digest_of(data) == digest else None

    def write(self, digest: str, data: bytes) -> None:
        """Keep a content, whole or not at all; where nothing can be written it is fetched again next time."""
        mine = f"{self.path(digest)}.{os.getpid()}"
        try:
            os.makedirs(self.folder, exist_ok=True)
            with open(mine, "wb") as file:
                file.write(data)
            os.replace(mine, self.path(digest))
        except OSError:
            return
