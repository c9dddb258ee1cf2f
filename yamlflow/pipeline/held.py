"""What tasks and runs hold: locks, kept results, volumes."""

from typing import TYPE_CHECKING, NamedTuple

from yamlflow.diagnostics import Span

if TYPE_CHECKING:
    from yamlflow.pipeline.model import Value


class Lock(NamedTuple):
    """A mutex by its name, or a semaphore whose limit stands under a key of a ConfigMap (`name`) or in the database."""

    kind: str
    name: "Value"
    key: str
    database: bool


class Cache(NamedTuple):
    """`cache`: results are kept under a key, at most for so many seconds."""

    span: Span
    key: "Value | None"
    max_age: int | None


class Volume(NamedTuple):
    """A volume of a pipeline: one that is made for the run, or what a source holds under a name.

    `kind` is `size`, `claim`, `secret`, `configMap` or `empty`.
    """

    span: Span
    kind: str
    name: str
    size: "Value | None"
    modes: tuple[str, ...]
    storage_class: str


class Mount(NamedTuple):
    """What is mounted at a path of a task; `kind` is that of the source, or `volume` for one of the pipeline."""

    path: str
    span: Span
    kind: str
    name: "Value | None"
    read_only: bool
    sub_path: str
