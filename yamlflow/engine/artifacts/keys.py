"""The artifacts of this machine by their keys, as those of a bucket: of this run first, then of all others."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from yamlflow.engine.artifacts.repository import TREE, Repository, Stored

Known = Mapping[str, Stored]


class Keys:
    """What is kept under a key, or below it. `others` returns what all runs of the namespace have kept."""

    def __init__(
        self, repository: Repository, own: Known, others: Callable[[], Known], bucket: dict[str, Any] | None
    ) -> None:
        self.bucket = bucket
        self._repository = repository
        self._own = own
        self._others = others

    def find(self, key: str) -> Stored:
        """Return what is kept under a key: an object, or a folder of all that is below it. LookupError: nothing is."""
        if key in self._own:
            return self._own[key]
        everything = {**self._others(), **self._own}
        if key in everything:
            return everything[key]
        below = list(self._below(everything, key, key.rstrip("/") + "/"))
        if not below:
            raise LookupError(key)
        return self._gather(key, below)

    def starting_with(self, prefix: str) -> list[str]:
        """Return the keys that begin with a prefix, in order."""
        everything = {**self._others(), **self._own}
        found = set()
        for key, stored in everything.items():
            if stored.kind == TREE:
                found |= {f"{key.rstrip('/')}/{name}" for name in self._members(stored)}
            else:
                found.add(key)
        return sorted(key for key in found if key.startswith(prefix))

    def _members(self, stored: Stored) -> list[str]:
        import tarfile

        with tarfile.open(self._repository.path(stored.digest)) as archive:
            return [member.name for member in archive if member.isfile()]

    def _below(self, everything: Known, key: str, prefix: str) -> Iterator[tuple[str, Stored, str]]:
        """Return the parts of what is below a key: name, what is kept, and the file in it when that is a folder."""
        for known, stored in everything.items():
            if known.startswith(prefix) and stored.kind != TREE:
                yield known[len(prefix) :], stored, ""
            elif stored.kind == TREE:
                start = known.rstrip("/") + "/"
                for name in self._members(stored) if prefix.startswith(start) or known.startswith(prefix) else ():
                    full = start + name
                    if full == key or full.startswith(prefix):
                        yield full[len(prefix) :] if full != key else "", stored, name

    def _gather(self, key: str, parts: list[tuple[str, Stored, str]]) -> Stored:
        """Keep a folder, or a file of one, by itself."""
        whole = [part for part in parts if not part[0]]
        with self._repository.scratch() as folder:
            for name, stored, member in whole[:1] or parts:
                path = os.path.normpath(os.path.join(folder, "got", name))
                if not f"{path}/".startswith(f"{folder}/got/"):
                    raise LookupError(key)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    self._copy(stored, member, file)
            return self._repository.put(os.path.join(folder, "got"))

    def _copy(self, stored: Stored, member: str, target: BinaryIO) -> None:
        """Write what is kept, or one file of a folder that is."""
        import shutil
        import tarfile

        path = self._repository.path(stored.digest)
        if not member:
            with open(path, "rb") as file:
                shutil.copyfileobj(file, target)
            return
        with tarfile.open(path) as archive, archive.extractfile(member) or open(os.devnull, "rb") as file:
            shutil.copyfileobj(file, target)
