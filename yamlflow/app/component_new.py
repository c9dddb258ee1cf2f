"""New components, from what is in `templates/`."""

import os
import re
from typing import NamedTuple

from yamlflow import resources
from yamlflow.app.errors import RequestError, UsageError, reason

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_IN_TEMPLATES = "my_component"


class New(NamedTuple):
    """A component that was written: its file, and what refers to it."""

    path: str
    reference: str


def new_component(path: str) -> New:
    """Write a new component: NAME.py becomes a Python function, any other name a folder."""
    folder, name = os.path.split(os.path.normpath(path))
    python = name.endswith(".py")
    name = name.removesuffix(".py")
    if not _NAME.fullmatch(name):
        raise UsageError(f"`{path}` is no name for a component", hint="letters, digits, `-` and `_`, a letter first")
    if python:
        name = name.replace("-", "_")
        target = os.path.join(folder, f"{name}.py")
    else:
        target = os.path.join(folder, name, "component.yaml")
    template = resources.path("templates", "component.py.template" if python else "component.yaml")
    with open(template, encoding="utf-8") as file:
        text = file.read().replace(_IN_TEMPLATES, name)
    try:
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        with open(target, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise RequestError(f"`{target}` is there already", hint="nothing was changed") from None
    except OSError as error:
        raise RequestError(f"cannot write `{target}`: {reason(error)}") from None
    return New(target, f"{target}:{name}" if python else os.path.dirname(target))
