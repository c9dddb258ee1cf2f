"""Finding the YAML files of a folder."""

import os
from collections.abc import Iterator

from yamlflow import templating

ENDINGS = (".yaml", ".yml", *templating.ENDINGS)
_PASSED_OVER = frozenset(("node_modules", "__pycache__"))


def yaml_files(folder: str) -> Iterator[str]:
    """Yield the YAML files below a folder in a stable order, without hidden folders and virtual environments."""
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _PASSED_OVER
            and not os.path.exists(os.path.join(top, name, "pyvenv.cfg"))
        )
        for name in sorted(files):
            if name.endswith(ENDINGS):
                yield os.path.normpath(os.path.join(top, name))
