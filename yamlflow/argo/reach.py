"""What can be reached from somewhere."""

from collections.abc import Callable, Iterable


def reached(starts: Iterable[str], onward: Callable[[str], Iterable[str]]) -> dict[str, None]:
    """Return the starts and all that they lead to, once each."""
    found: dict[str, None] = {}
    queue = list(starts)
    while queue:
        at = queue.pop()
        if at not in found:
            found[at] = None
            queue.extend(onward(at))
    return found
