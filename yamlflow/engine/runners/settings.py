"""What runs tell a runner of themselves."""

from typing import TYPE_CHECKING, NamedTuple

from yamlflow.engine.objects import Secrets

if TYPE_CHECKING:
    from yamlflow.engine.masking import Masker


class Settings(NamedTuple):
    """What a runner must know of the run and of the machine."""

    host: str
    limit: int
    masker: "Masker | None"
    secrets: Secrets
