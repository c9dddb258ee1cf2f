"""Memoization: outputs that were kept under a key are used again instead of running a template."""

import re
from typing import Any, NamedTuple

from yamlflow.argo.durations import parse_duration
from yamlflow.argo.phases import SUCCEEDED
from yamlflow.engine.events import Keep, Look
from yamlflow.engine.node import Node
from yamlflow.engine.run import Run
from yamlflow.engine.scope import Scope, SubstitutionError, fill, fill_data
from yamlflow.engine.templates import TemplateDict

_KEY = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")


class Memo(NamedTuple):
    """Where the outputs of a node are kept; `entry` is what was found there, None if nothing that counts."""

    cache: str
    key: str
    entry: dict[str, Any] | None

    def status(self) -> dict[str, Any]:
        """Return the node's `memoizationStatus`."""
        return {"hit": self.entry is not None, "key": self.key, "cacheName": self.cache}


def look_up(run: Run, template: TemplateDict, scope: Scope) -> Memo | None:
    """Return what is kept for a template with these inputs; None when it has to be asked for first."""
    wanted = template["memoize"]
    key = fill(str(wanted.get("key", "")), scope)
    cache = str(fill_data(((wanted.get("cache") or {}).get("configMap") or {}).get("name") or "", scope))
    if not _KEY.fullmatch(key):
        raise SubstitutionError(f"invalid cache key: {key}")
    answers = run.state.answers
    if (cache, key) not in answers:
        if (cache, key) not in run.state.asked:
            run.state.asked.add((cache, key))
            run.actions.append(Look(cache, key))
        return None
    return Memo(cache, key, _fresh(answers.pop((cache, key)), wanted.get("maxAge"), run.now))


def _fresh(entry: dict[str, Any] | None, longest: object, now: float) -> dict[str, Any] | None:
    if entry is None or not longest:
        return entry
    try:
        seconds = parse_duration(str(longest))
    except ValueError as error:
        raise SubstitutionError(f"invalid maxAge: {error}") from error
    return entry if now - entry["created"] <= seconds else None


def keep(run: Run, node: Node) -> None:
    """Have the outputs of a node kept, if any, when it has succeeded and they were not taken from there."""
    memo = node.memo
    if memo and not memo["hit"] and node.phase == SUCCEEDED:
        run.actions.append(Keep(memo["cacheName"], memo["key"], node.id, node.outputs or {}))
