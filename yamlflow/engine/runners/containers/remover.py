"""Removing containers: beside the work, and many at once, for each call takes long."""

import threading

from yamlflow.engine.runners.containers.program import Containers


class Remover:
    """Removes the containers of a run, which a label marks."""

    def __init__(self, containers: Containers, label: str) -> None:
        self._containers = containers
        self._label = label
        self._names: list[str] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def found(self) -> dict[str, str]:
        """Return the states of the run's containers, by their names."""
        answer = self._containers.ask(
            "ps", "--all", "--filter", f"label={self._label}", "--format", "{{.Names}}\t{{.State}}"
        )
        lines = [line.partition("\t") for line in answer.out.splitlines()]
        return {name: state.lower() for name, _, state in lines}

    def add(self, names: list[str]) -> None:
        """Remove containers soon."""
        with self._lock:
            self._names += names
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                names, self._names = self._names, []
                if not names:
                    self._thread = None
                    return
            self.remove(names)

    def remove(self, names: list[str]) -> None:
        """Remove containers now; what is still running is ended."""
        self._containers.ask("rm", "--force", "--volumes", *names)

    def finish(self) -> None:
        """Remove what is left."""
        thread = self._thread
        if thread is not None:
            thread.join()
        left = list(self.found())
        if left:
            self.remove(left)
