"""Why an expression has no value."""


class EvaluationError(Exception):
    """The expression has no value; the message says why."""


class UnknownNameError(EvaluationError):
    """The expression uses a name that the environment does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown name {name}")
        self.name = name
