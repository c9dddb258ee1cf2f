"""Names of a manifest as a pipeline may have them."""

import re
from collections.abc import Iterable

from yamlflow.expressions.operators import CONSTANTS, KEYWORDS

MOST = 63


def task_names(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Return names for tasks, as like as can be to those given, and each another."""
    used = set(taken)
    found = []
    for name in names:
        plain = slug(name, MOST)
        if plain in KEYWORDS | CONSTANTS:
            plain = f"{plain}-task"
        new, number = plain, 1
        while new in used:
            number += 1
            new = f"{plain[: MOST - 5]}-{number}"
        used.add(new)
        found.append(new)
    return found


def slug(name: str, most: int) -> str:
    """Return a name in lower case letters, digits and `-` that begins with a letter."""
    text = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()).strip("-")
    if not text[:1].isalpha():
        text = f"t-{text}" if text else "task"
    return text[:most].rstrip("-")
