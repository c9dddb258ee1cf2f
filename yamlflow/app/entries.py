"""A folder of small files by name, which many processes read and write, and which stays small."""

import os
from typing import Any

from yamlflow.app.contents import digest, look

_SUFFIX = ".verdict"
_MOST = 4000
_LARGEST = 32 * 1024
_ROUND = 500
_HASH = 32


class Entries:
    """Keeps data. What goes wrong with the folder is never told: without it all is done anew."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._written = 0

    def read(self, name: str) -> list[Any] | None:
        """Return what is kept under a name; what is damaged is dropped."""
        path = os.path.join(self._folder, name + _SUFFIX)
        found = look(path)
        if found is None or not found.state:
            return None
        head, data = found.data[:_HASH], found.data[_HASH:]
        if head != digest(data).encode():
            self.drop(name)
            return None
        from json import loads

        kept: list[Any] = loads(data)
        return kept

    def write(self, name: str, data: list[Any]) -> None:
        """Keep data under a name. Another process sees it whole or not at all."""
        from json import dumps

        text = dumps(data, separators=(",", ":")).encode()
        if len(text) > _LARGEST:
            return
        draft = os.path.join(self._folder, f"{name}.{os.getpid()}{_SUFFIX}")
        try:
            self._make()
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with open(descriptor, "wb") as file:
                    file.write(digest(text).encode() + text)
                os.replace(draft, os.path.join(self._folder, name + _SUFFIX))
            except OSError:
                os.unlink(draft)
                return
            if self._written % _ROUND == 0:
                self._evict()
            self._written += 1
        except OSError:
            return

    def drop(self, name: str) -> None:
        """Forget what is kept under a name."""
        try:
            os.unlink(os.path.join(self._folder, name + _SUFFIX))
        except OSError:
            return

    def _make(self) -> None:
        if os.path.isdir(self._folder):
            return
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        with open(os.path.join(self._folder, ".gitignore"), "w", encoding="utf-8") as file:
            file.write("*\n")

    def _evict(self) -> None:
        """Remove the oldest entries, and drafts of processes that were killed, when there are too many."""
        names = [name for name in os.listdir(self._folder) if name.endswith(_SUFFIX)]
        if len(names) <= _MOST:
            return
        aged = []
        for name in names:
            path = os.path.join(self._folder, name)
            try:
                aged.append((os.stat(path).st_mtime_ns, path))
            except OSError:  # another process was faster
                continue
        for _, path in sorted(aged)[: len(aged) - _MOST * 3 // 4]:
            try:
                os.unlink(path)
            except OSError:
                continue
