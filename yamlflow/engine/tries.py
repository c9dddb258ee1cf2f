"""How often the containers of a set are tried, as Argo's executor does it inside of their pod."""

import math
from typing import Any, NamedTuple

from yamlflow.argo.durations import is_go_duration, parse_duration

_COUNT = 2**31


class Tries(NamedTuple):
    """How often a program is started at most, and the pause in seconds before it is started again.

    `wrong` is what the executor says when it cannot know that.
    """

    most: int = 1
    pause: float = 0.0
    wrong: str = ""


def tries_of(container_set: dict[str, Any]) -> Tries:
    """Return how often the containers of a set are tried: as Argo counts, `retries` is the number of all tries."""
    strategy = container_set.get("retryStrategy") or {}
    if strategy.get("retries") is None:
        return Tries()
    pause = str(strategy.get("duration") or "")
    if not pause:
        return Tries(_count(strategy["retries"]))
    if not is_go_duration(pause):
        return Tries(wrong=_wrong(f'time: invalid duration "{pause}"'))
    if pause.startswith("-") and parse_duration(pause[1:]):
        return Tries(wrong=_wrong(f"duration has to be positive, current duration: {pause} "))
    return Tries(_count(strategy["retries"]), parse_duration(pause.lstrip("+-")))


def _wrong(reason: str) -> str:
    return f"failed to get retry strategy: {reason}"


def _count(retries: object) -> int:
    """Return a number or its text as Kubernetes reads it: a text that is no number is 0."""
    try:
        found = int(str(retries))
    except ValueError:
        return 0
    return found if abs(found) < _COUNT else 0


class Attempts:
    """The tries of one task's programs: how many there were, and which programs rest until the next one."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries
        self._made: dict[str, int] = {}
        self._resting: dict[str, tuple[float, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._resting)

    def rest(self, name: str, code: int, now: float) -> bool:
        """Have a program that failed rest, if it is to be tried again."""
        self._made[name] = self._made.get(name, 0) + 1
        if not code or self._made[name] >= self._tries.most:
            return False
        self._resting[name] = (now + self._tries.pause, code)
        return True

    def rests(self, name: str, now: float) -> bool:
        """Whether a program must not be started yet."""
        return name in self._resting and self._resting[name][0] > now

    def begin(self, name: str) -> None:
        """A program is started."""
        self._resting.pop(name, None)

    @property
    def due(self) -> float:
        """When the next program is to be tried again."""
        return min((until for until, _ in self._resting.values()), default=math.inf)

    def give_up(self) -> dict[str, int]:
        """Try nothing again; return how those ended that rested."""
        given_up = {name: code for name, (_, code) in self._resting.items()}
        self._resting.clear()
        self._tries = Tries()
        return given_up
