"""How far something is, as Argo writes it: `N/M`."""

import re

ANNOTATION = "workflows.argoproj.io/progress"
_FORM = re.compile(r"([0-9]{1,18})/([0-9]{1,18})")


def read_progress(text: str) -> tuple[int, int] | None:
    """Return how much is done of how much, or None when the text does not say it."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    done, known = int(found[1]), int(found[2])
    return (done, known) if 0 <= done <= known and known > 0 else None
