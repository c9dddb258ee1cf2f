"""The nearest known name to a misspelt one."""

from collections.abc import Iterable


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


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` most likely means, or None when none is near."""
    limit = max(1, (len(name) + 1) // 3)
    best: tuple[int, str] | None = None
    for candidate in sorted(known):
        if candidate.lower() == name.lower():
            return candidate
        distance = _distance(name.lower(), candidate.lower(), limit)
        if distance <= limit and distance < len(candidate) and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the hint "did you mean `x`?", or "" when no known name is near."""
    found = nearest(name, known)
    return f"did you mean `{found}`?" if found else ""
