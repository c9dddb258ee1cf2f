"""The nearest known name to a misspelt one."""

from collections.abc import Container, Iterable


def _distance(a: str, b: str, limit: int) -> int:
    """Edit distance with swaps of neighbours (optimal string alignment); `limit + 1` when it is larger."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row, before = before, [i], row
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


class Suggestion(str):
    """The hint to write `name` in place of what is `wrong`; `only`: no other known name is near."""

    __slots__ = ("name", "only", "wrong")
    name: str
    only: bool
    wrong: str


def _near(name: str, known: Iterable[str]) -> list[tuple[int, str]]:
    """Return the known names that `name` may mean with their distances, the likeliest first."""
    limit = max(1, (len(name) + 1) // 3)
    found: list[tuple[int, str]] = []
    for candidate in sorted(set(known)):
        if candidate.lower() == name.lower():
            return [(0, candidate)]
        distance = _distance(name.lower(), candidate.lower(), limit)
        if distance <= limit and distance < len(candidate):
            found.append((distance, candidate))
    return sorted(found)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` most likely means, or None when none is near."""
    found = _near(name, known)
    return found[0][1] if found else None


def did_you_mean(name: str, known: Iterable[str], taken: Container[str] = ()) -> str:
    """Return the hint "did you mean `x`?", or "" when no known name is near; one that is `taken` can only be meant."""
    found = _near(name, known)
    if not found:
        return ""
    hint = Suggestion(f"did you mean `{found[0][1]}`?")
    hint.name, hint.only, hint.wrong = found[0][1], len(found) == 1 and found[0][1] not in taken, name
    return hint
