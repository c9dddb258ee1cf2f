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
    plain = _NOT_IN_PATHS.sub("_", name)
    if plain.strip(".") == "":
        plain = f"_{plain}"
    alike = [other for other in names if _NOT_IN_PATHS.sub("_", other) == _NOT_IN_PATHS.sub("_", name)]
    number = alike.index(name) if name in alike else 0
    return f"{folder}/{plain}_{number + 1}/data" if number else f"{folder}/{plain}/data"
