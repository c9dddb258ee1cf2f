"""Where components come from that are not in the project: addresses, pinned and cached, and a search path."""

import os
from collections.abc import Mapping
from contextlib import suppress
from time import gmtime, monotonic, strftime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.components.cache import Cache, digest_of
from yamlflow.components.model import Component
from yamlflow.diagnostics import Sink, Span

if TYPE_CHECKING:
    from yamlflow.components.lock import Pin

LOCK = "yamlflow.lock"
_SECONDS = 30.0
_ALL_SECONDS = 60.0


class Policy(NamedTuple):
    """What may be fetched, and where pins are kept.

    `search` are folders and addresses in which components are looked for by name. `offline` keeps from asking any
    server, `frozen` from trusting an address that is not pinned. `update` asks anew for what is pinned.
    """

    lock: str = LOCK
    search: tuple[str, ...] = ()
    http_hosts: frozenset[str] = frozenset()
    offline: bool = False
    frozen: bool = False
    update: bool = False
    env: Mapping[str, str] = MappingProxyType({})


class Store:
    """Gives contents by address; each is asked for once."""

    def __init__(self, policy: Policy = Policy()) -> None:  # noqa: B008
        self.policy = policy
        self.used: dict[str, Pin] = {}
        self.changed: dict[str, list[str]] = {}
        self._cache: Cache | None = None
        self._pins: dict[str, Pin] | None = None
        self._contents: dict[tuple[str, str], bytes | _Failure] = {}
        self._until = 0.0

    @property
    def cache(self) -> Cache:
        """What was fetched before."""
        if self._cache is None:
            self._cache = Cache(self.policy.env)
        return self._cache

    def allowed(self, url: str) -> bool:
        """Whether an address may be asked: over https, or of a host that the project names."""
        scheme, _, rest = url.partition("://")
        host = rest.partition("/")[0].rpartition("@")[2].lower()
        return scheme == "https" or (scheme == "http" and host in self.policy.http_hosts)

    def content(self, url: str, digest: str, span: Span, sink: Sink) -> bytes | None:
        """Return what an address holds: what is pinned, from the cache if it is there. `digest` pins it in place."""
        pins = self._read(sink)
        expected = digest or ("" if self.policy.update else pins[url].digest if url in pins else "")
        if url in pins and not digest and not self.policy.update:
            self.used[url] = pins[url]
        # What a server says now is no lasting verdict: a file that is never there keeps it from being kept.
        sink.files.add(self.cache.path(expected or "fetched"))
        key = (url, expected)
        if key not in self._contents:
            self._contents[key] = self._kept(expected) or self._fetched(url, expected)
        found = self._contents[key]
        if isinstance(found, bytes):
            return found
        sink.files.add(self.cache.path("fetched"))
        sink.error(found.code, found.message, span, found.hint)
        return None

    def by_digest(self, digest: str, sink: Sink) -> bytes | None:
        """Return what has a digest, if it was ever fetched."""
        sink.files.add(self.cache.path(digest))
        return self._kept(digest)

    def pins(self, sink: Sink) -> "dict[str, Pin]":
        """Return what is pinned, by address."""
        return self._read(sink)

    def pin(self, url: str, component: Component | None, data: bytes, sink: Sink) -> None:
        """Note what an address held, once it was read; what is new is written to the lock."""
        from yamlflow.components.lock import changes, pin_of, read_lock

        pins, digest = self._read(sink), digest_of(data)
        old = pins.get(url)
        if old is not None and old.digest == digest:
            self.used[url] = old
            return
        new = pin_of(component, digest, strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()))
        if old is not None:
            self.changed[url] = changes(old, new)
        pins[url] = self.used[url] = new
        if not self.policy.frozen:
            with suppress(OSError):  # where nothing can be written, the address is asked again next time
                self.write(read_lock(self.policy.lock, Sink()) | {url: new})

    def write(self, pins: "dict[str, Pin]") -> None:
        """Write the lock; OSError when that cannot be done."""
        from yamlflow.components.lock import write_lock

        write_lock(self.policy.lock, pins)

    def refuse_change(
        self, url: str, digest: str, component: Component | None, data: bytes, span: Span, sink: Sink
    ) -> bool:
        """Report that an address holds something else than what is pinned, by `digest` or the lock; whether it does."""
        from yamlflow.components.lock import Pin, changes, pin_of

        pins, found = self._read(sink), digest_of(data)
        expected = digest or (pins[url].digest if url in pins and not self.policy.update else "")
        if not expected or expected == found:
            return False
        old = pins.get(url, Pin("", ""))
        notes = [f"pinned: sha256:{expected}", f"found:  sha256:{found}"]
        if old.digest == expected:
            notes += changes(old, pin_of(component, found, ""))
        hint = "write the new digest" if digest else "`yamlflow component lock --update` takes the new one"
        message = f"{url} holds another component than was pinned"
        sink.error("component-changed", message, span, hint, notes=tuple(notes))
        return True

    def _read(self, sink: Sink) -> "dict[str, Pin]":
        if self._pins is None:
            from yamlflow.components.lock import read_lock

            self._pins = read_lock(self.policy.lock, sink)
        sink.files.add(self.policy.lock)
        return self._pins

    def _kept(self, digest: str) -> bytes | None:
        return self.cache.read(digest) if digest else None

    def _fetched(self, url: str, expected: str) -> "bytes | _Failure":
        if self.policy.offline:
            return _Failure("component-not-cached", f"{url} was not fetched yet", "leave out --offline once")
        if self.policy.frozen and not expected:
            message = f"{url} is not pinned in {os.path.basename(self.policy.lock)}"
            return _Failure("component-not-pinned", message, "`yamlflow component lock` pins it")
        from yamlflow.components.fetch import FetchError, fetch

        self._until = self._until or monotonic() + _ALL_SECONDS
        try:
            left = self._until - monotonic()
            if left <= 0:
                raise FetchError(f"all that was fetched took {_ALL_SECONDS:.0f} s already")
            data = fetch(url, self.policy.env, self.allowed, min(_SECONDS, left))
        except FetchError as error:
            return _Failure("fetch-failed", f"{url} cannot be fetched: {error}", error.hint)
        self.cache.write(digest_of(data), data)
        return data


class _Failure(NamedTuple):
    code: str
    message: str
    hint: str
