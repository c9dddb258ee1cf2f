"""Where the shipped data folders (schemas, templates, pages of codes) are: in a checkout or in an installed wheel."""

import os

_HERE = os.path.dirname(os.path.abspath(__file__))
_INSTALLED = os.path.join(_HERE, "_data")


def path(*parts: str) -> str:
    """Return the path of a data file: `path("schemas", "pipeline.schema.json")`."""
    root = _INSTALLED if os.path.isdir(_INSTALLED) else os.path.dirname(_HERE)
    return os.path.join(root, *parts)
