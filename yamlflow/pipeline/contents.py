"""What tasks of the smaller kinds do: a class for each kind."""

from collections.abc import Iterator

from yamlflow.pipeline.model import Content, Input, Value

APPROVED = "approved"
"""The output of `approve` that says what the person decided."""


class Approve(Content):
    """Waits for a person, at most `timeout` seconds."""

    __slots__ = ("inputs", "message", "timeout")

    def __init__(self, message: Value | None, inputs: dict[str, Input], timeout: int | None) -> None:
        self.message = message
        self.inputs = inputs
        self.timeout = timeout

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        if self.message is not None:
            yield self.message


class Sleep(Content):
    """Waits for a time."""

    __slots__ = ("duration",)

    def __init__(self, duration: Value) -> None:
        self.duration = duration

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        yield self.duration
