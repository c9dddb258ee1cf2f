"""Ctrl-C and its kin, as a question to ask instead of an exception anywhere."""

import signal
from types import FrameType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """While entered, the first signal is only noted; the next one ends the process at once."""

    def __init__(self) -> None:
        self.noted: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self.noted is not None:
            raise KeyboardInterrupt
        self.noted = number

    @property
    def exit_code(self) -> int:
        """What a process ends with that was ended by the signal."""
        return 128 + (self.noted or signal.SIGINT)
