"""What places outside of the machine have in common."""

from collections.abc import Callable, Mapping
from typing import Any

SecretReader = Callable[[Any], str]
"""Returns the value that a reference `{name, key}` to a secret means."""


class DriverError(Exception):
    """An artifact cannot be fetched or sent; the message says why."""


class AbsentError(DriverError):
    """There is nothing in the place where an artifact should be."""


class ArchiveError(DriverError):
    """An archive is broken or hostile, or cannot be made."""


def reader(secrets: Mapping[str, Mapping[str, str]]) -> SecretReader:
    """Return what finds the values of secrets."""

    def read(reference: dict[str, Any] | None) -> str:
        if not reference:
            return ""
        name, key = str(reference.get("name", "")), str(reference.get("key", ""))
        try:
            return secrets[name][key]
        except KeyError as error:
            raise DriverError(f"secret `{name}` has no `{key}`") from error

    return read
