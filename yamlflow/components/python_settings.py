"""The mapping `{python: FILE.py:FUNCTION, image: ..., packages: [...], ...}`: a Python function with more to say."""

from typing import NamedTuple

from yamlflow.components.keys import KEYS, REQUIRED
from yamlflow.diagnostics import Sink
from yamlflow.source import Mapping, Scalar
from yamlflow.source.fields import Fields, as_text

DEFAULT_IMAGE = "python:3.12"


class Settings(NamedTuple):
    """Where a function runs, and what goes with it. `include` are names of its file whose source is carried along."""

    image: str = DEFAULT_IMAGE
    packages: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    include: tuple[Scalar, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What makes a component of the same function another one."""
        return (*self[:3], tuple(item.value for item in self.include))


def read_settings(node: Mapping, sink: Sink) -> tuple[Scalar | None, Settings]:
    """Read the mapping: the function that it names, and the rest."""
    fields = Fields(node, sink, "the Python component", KEYS["pythonFunction"], REQUIRED["pythonFunction"])
    image = fields.text("image")
    env = {name: value.value for name, value in fields.texts("env").items()}
    settings = Settings(
        image.value if image is not None and image.value else DEFAULT_IMAGE,
        tuple(item.value for item in _texts(fields, "packages", "the name of a package")),
        tuple(env.items()),
        _texts(fields, "include", "the name of a function in the same file"),
    )
    reference = as_text(fields.get("python"), "`python`", sink, "a function such as ./file.py:function")
    return reference, settings


def _texts(fields: Fields, key: str, expected: str) -> tuple[Scalar, ...]:
    found = [as_text(item, f"`{key}`", fields.sink, expected) for item in fields.list(key)]
    return tuple(item for item in found if item is not None)
