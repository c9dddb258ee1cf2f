"""What can go wrong with a request itself, as distinct from what is wrong in a user's files."""


class RequestError(Exception):
    """A request cannot be done. `exit_code` is what the process ends with, `hint` what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(RequestError):
    """The request was put wrongly: a flag, an argument, or two that do not go together."""

    exit_code = 2


def reason(error: OSError) -> str:
    """Return why the system refused, in its own words: "no space left on device"."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
