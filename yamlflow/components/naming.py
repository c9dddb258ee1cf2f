"""Names of inputs and outputs in the manifest and in paths, as KFP v1 makes them."""

from functools import lru_cache

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
SHOWN = frozenset({"mlpipeline-metrics", "mlpipeline-ui-metadata"})
"""Artifacts that the Kubeflow UI looks for by name."""
_IN_NAMES = _LETTERS | {"_"}
_IN_PATHS = _LETTERS | {"_", "-", "."}


def _mended(name: str, kept: frozenset[str], sign: str) -> str:
    """Return a name with one sign in place of each run of characters that are not kept."""
    found: list[str] = []
    inside = False
    for char in name:
        if char in kept:
            found.append(char)
        elif not inside:
            found.append(sign)
        inside = char not in kept
    return "".join(found)


@lru_cache(4096)
def sanitize(name: str) -> str:
    """Return the name of a parameter or artifact for the name of an input or output."""
    shown = "".join(char if char in _LETTERS else "-" for char in name.lower())
    if shown in SHOWN:
        return shown
    # KFP has nothing left of a name without a Latin letter or digit.
    return _mended(name, _IN_NAMES, "-").strip("-") or "-".join(f"u{ord(char):x}" for char in name)


def data_path(folder: str, name: str, names: list[str]) -> str:
    """Return the path of the data of an input or output; of `names`, those that look alike are numbered."""
    taken: set[str] = set()
    for other in names:
        found = plain = _path_name(other)
        number = 2
        while found in taken:
            found = f"{plain}_{number}"
            number += 1
        if other == name:
            return f"{folder}/{found}/data"
        taken.add(found)
    return f"{folder}/{_path_name(name)}/data"


def _path_name(name: str) -> str:
    plain = _mended(name, _IN_PATHS, "_")
    return plain if plain.strip(".") else f"_{plain}"
