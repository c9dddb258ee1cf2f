"""Names of inputs and outputs in the manifest and in paths, as KFP v1 makes them."""

import re

_NOT_IN_NAMES = re.compile(r"[^-_0-9A-Za-z]+")
_NOT_IN_PATHS = re.compile(r"[^-_.0-9a-zA-Z]+")
_DASHES = re.compile(r"-+")


def sanitize(name: str) -> str:
    """Return the name of a parameter or artifact for the name of an input or output."""
    mended = _DASHES.sub("-", _NOT_IN_NAMES.sub("-", name)).strip("-")
    # KFP has nothing left of a name without a Latin letter or digit.
    return mended or "-".join(f"u{ord(char):x}" for char in name)


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
    plain = _NOT_IN_PATHS.sub("_", name)
    return plain if plain.strip(".") else f"_{plain}"
