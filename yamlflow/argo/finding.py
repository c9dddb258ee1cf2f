"""What is wrong with a manifest, told by path; `report` gives it a place in a file."""

from typing import NamedTuple

Path = tuple[str | int, ...]


class Finding(NamedTuple):
    """One thing that is wrong at a path. `part` are the characters meant in a text; `key` means the key itself.

    `wanted` is the kind of scalar that should stand there, where another one does.
    """

    code: str
    message: str
    path: Path
    hint: str = ""
    key: bool = False
    part: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    related: tuple[tuple[Path, str], ...] = ()
    wanted: str = ""


def path_text(path: Path) -> str:
    """Return a path as Argo writes it: `spec.templates[0].name`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
