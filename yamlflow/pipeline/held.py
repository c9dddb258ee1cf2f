"""What only so many tasks or runs may hold at the same time, and results that are kept."""

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
