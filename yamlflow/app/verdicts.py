"""Verdicts of the last time: they hold as long as all that they depend on is as it was."""

import os
from collections.abc import Iterable, Iterator, Mapping
from time import time_ns
from typing import Any, NamedTuple

from yamlflow.app.contents import Content, digest, look
from yamlflow.app.entries import Entries
from yamlflow.app.findings_form import Flattened, decoded, restored
from yamlflow.app.layer import Layer
from yamlflow.app.programs import find_shellcheck
from yamlflow.app.stamp import stamp
from yamlflow.diagnostics import Diagnostic, SourceText
from yamlflow.project.places import cache, places
from yamlflow.templating import SCHEMA

_CLOCK = 10_000_000
"""Nanoseconds by which the times of files may lag behind the clock."""


class Job(NamedTuple):
    """A file to check; one that was not `given` but found need not be ours."""

    path: str
    given: bool


class Verdict(NamedTuple):
    """Whether a file is ours, and what is wrong with it."""

    ours: bool
    items: list[Diagnostic]


class Environment(Mapping[str, str]):
    """Environment variables; it remembers which of them were asked for since the last `forget`."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.asked: set[str] = set()
        self.listed = False

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._env[name]

    def __iter__(self) -> Iterator[str]:
        self.listed = True
        return iter(self._env)

    def __len__(self) -> int:
        return len(self._env)


class _Place(NamedTuple):
    """Where the verdicts of a folder's files are, its project's files, and those that would count if there."""

    entries: Entries
    project: list[str]
    absent: list[str]


class Verdicts:
    """Finds and keeps verdicts, in the project of a file or in the user's cache; `YAMLFLOW_CACHE=off` turns it off."""

    def __init__(self, layer: Layer) -> None:
        self._began = time_ns() - _CLOCK
        self._env = layer.env
        self._states: dict[str, str | None] = {}
        self._places: dict[str, _Place] = {}
        self._folders: dict[str, Entries] = {}
        self._key = ""
        try:
            if layer.env.get("YAMLFLOW_CACHE") != "off":
                given = (layer.files, layer.pairs, layer.file_pairs, layer.profile, layer.data)
                fetching = (layer.offline, layer.frozen, layer.argo)
                self._key = repr((stamp(), find_shellcheck(layer.env), os.getcwd(), *given, *fetching))
        except OSError:  # this folder was removed
            return

    def find(self, job: Job) -> Verdict | None:
        """Return the verdict on a file if it still holds."""
        if not self._key:
            return None
        entries, name = self._place(job.path).entries, self._name(job)
        try:
            kept = entries.read(name)
            return self._holding(kept) if kept is not None else None
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            entries.drop(name)
            return None

    def _holding(self, kept: list[Any]) -> Verdict | None:
        files, variables, ours, sources, items = kept
        if any(self._state(path) != state for path, state in files.items()):
            return None
        if variables != self._variables(variables):
            return None
        texts = []
        for path in sources:
            content = look(path)
            if content is None or content.state != files[path]:
                return None
            texts.append(SourceText(path, decoded(content.data)))
        return Verdict(ours, restored(items, texts))

    def keep(self, job: Job, verdict: Verdict, files: Iterable[str], env: Environment) -> None:
        """Keep a verdict, unless it may depend on more than can be told."""
        if not self._key or env.listed:
            return
        entries, owner, absent = self._place(job.path)
        contents = self._contents([*sorted(files), *owner])
        if contents is None or any(os.path.exists(path) for path in absent):
            return
        states = {path: content.state for path, content in contents.items()}
        if verdict.items and not all(states.values()):
            return  # what is said of a file that is missing tells also what else its folder holds
        try:
            flat = Flattened(verdict.items, {path: content.data for path, content in contents.items()})
        except (LookupError, UnicodeDecodeError):
            return
        states.update(dict.fromkeys(absent, ""))
        entries.write(
            self._name(job), [states, self._variables(sorted(env.asked)), verdict.ours, flat.files, flat.items]
        )

    def _contents(self, files: Iterable[str]) -> dict[str, Content] | None:
        """Return what files hold; None when one cannot be told, or changed since all this began."""
        contents = {}
        for path in files:
            content = look(path)
            if content is None or content.changed >= self._began:
                return None
            contents[path] = content
        return contents

    def _name(self, job: Job) -> str:
        return digest(f"{self._key}\0{job.given}\0{job.path}".encode(errors="surrogateescape"))

    def _place(self, path: str) -> _Place:
        folder = os.path.dirname(path)
        if folder not in self._places:
            absent: list[str] = []
            owner: list[str] = []
            owned: str | None = None
            for place in places(folder):
                if os.path.isfile(place):
                    owned = place
                    schema = os.path.join(os.path.dirname(place), SCHEMA)
                    (owner if os.path.isfile(schema) else absent).append(schema)
                    owner.append(place)
                    break
                absent.append(place)
            home = cache(self._env, owned)[0]
            if home not in self._folders:
                self._folders[home] = Entries(home)
            self._places[folder] = _Place(self._folders[home], owner, absent)
        return self._places[folder]

    def _state(self, path: str) -> str | None:
        if path not in self._states:
            content = look(path)
            self._states[path] = content.state if content is not None else None
        return self._states[path]

    def _variables(self, names: Iterable[str]) -> dict[str, str]:
        """Return hashes of environment variables; "" for one that is not set."""
        values = {name: self._env.get(name) for name in names}
        return {
            name: digest(value.encode(errors="surrogateescape")) if value is not None else ""
            for name, value in values.items()
        }
