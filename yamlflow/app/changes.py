"""Noticing that files change, whatever an editor does to them. An event says when to look; only a look says what is."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

_FILTER: list[type[FileSystemEvent]] = [
    *(FileModifiedEvent, FileCreatedEvent, FileDeletedEvent, FileMovedEvent, FileClosedEvent),
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
]
_QUIET = 0.05
_QUIET_WHEN_GONE = 0.25  # some editors delete a file before they write it anew
_LONGEST = 0.5
_POLL = 0.5

_Stamp = tuple[int, ...] | None


class Changes(FileSystemEventHandler):
    """Calls `notice`, in a thread of its own, when some of the files may have changed: once for a burst of events.

    Beside the events there is a look at the files' times, twice a second: network folders send no events, and a folder
    that was renamed away takes its watch along.
    """

    def __init__(self, notice: Callable[[], None]) -> None:
        self._notice = notice
        self._events: SimpleQueue[bool] = SimpleQueue()
        self._stamps: dict[str, _Stamp] = {}
        self._places: frozenset[str] = frozenset()
        self._folders: dict[str, tuple[ObservedWatch, _Stamp]] = {}
        self._observer = _observer()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def watch(self, files: Iterable[str], far: Iterable[str] = ()) -> None:
        """Watch these files, which need not exist, instead of the ones before; of those `far` off only the times."""
        self._places = frozenset(place for file in files for place in _places(file))
        stamps = {file: _stamp(file) for file in (*files, *far)}
        wanted = {os.path.dirname(place) for place in self._places}
        for folder, (watch, identity) in list(self._folders.items()):
            if folder not in wanted or _identity(folder) != identity:
                del self._folders[folder]
                if self._observer:
                    self._observer.unschedule(watch)
        for folder in wanted.difference(self._folders):
            if self._observer:
                with suppress(OSError):  # it is gone, or the system's limit is reached: the look at the times has to do
                    watch = self._observer.schedule(self, folder, event_filter=_FILTER)
                    self._folders[folder] = watch, _identity(folder)
        self._stamps = stamps

    def close(self) -> None:
        """End the threads."""
        self._events.put(False)
        if self._observer:
            self._observer.stop()
            self._observer.join()
        self._thread.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take an event of watchdog; what is about other files, such as those of editors, is passed over."""
        paths = (os.fsdecode(event.src_path), os.fsdecode(event.dest_path))
        if any(path and self._concerns(path) for path in paths):
            self._events.put(True)

    def _concerns(self, path: str) -> bool:
        return path in self._places or any(place.startswith(f"{path}{os.sep}") for place in self._places)

    def _listen(self) -> None:
        told: dict[str, _Stamp] = {}
        while True:
            try:
                if not self._events.get(timeout=_POLL):
                    return
            except Empty:
                now = {file: _stamp(file) for file in self._stamps}
                if now in (self._stamps, told):
                    continue
                told = now
            if not self._quiet():
                return
            self._notice()

    def _quiet(self) -> bool:
        """Wait for the end of a burst; False when all is over."""
        end = monotonic() + _LONGEST
        while (left := end - monotonic()) > 0:
            gone = any(before and not os.path.exists(file) for file, before in self._stamps.items())
            try:
                if not self._events.get(timeout=min(left, _QUIET_WHEN_GONE if gone else _QUIET)):
                    return False
            except Empty:
                break
        return True


def _observer() -> BaseObserver | None:
    """Return what gives events; None where the system has no more of it for this user."""
    try:
        observer = Observer()
        observer.start()
    except OSError:
        return None
    return observer


def _places(file: str) -> tuple[str, ...]:
    """Return where a file stands, and where the file stands that it links to."""
    try:
        folder, name = os.path.split(os.path.abspath(file))
        return os.path.join(os.path.realpath(folder), name), os.path.realpath(file)
    except OSError:  # this folder was removed
        return ()


def _stamp(file: str) -> _Stamp:
    """Return what tells a file from an older or newer one; None when there is none."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _identity(folder: str) -> _Stamp:
    found = _stamp(folder)
    return found[:2] if found else None
