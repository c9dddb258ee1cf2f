"""Building large trees without the search for garbage."""

import gc


class NoCollection:
    """Pauses Python's garbage collector: to look through a growing tree takes longer than to build it."""

    __slots__ = ("_enabled",)

    def __enter__(self) -> None:
        self._enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._enabled:
            gc.enable()
