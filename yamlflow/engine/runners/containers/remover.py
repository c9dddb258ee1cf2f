"""Removing containers: beside the work, and many at once, for each call takes long."""

import threading

from yamlflow.engine.runners.containers.program import Containers

HOLDER = "._network"
"""How the names end of containers that hold the network of others."""


class Remover:
    """Removes the containers of a run, which a label marks."""

    def __init__(self, containers: Containers, label: str) -> None:
        self._containers = containers
        self._label = label
        self._names: list[str] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def found(self) -> dict[str, tuple[str, int]]:
        """Return the states and exit codes of the run's containers, by their names."""
        ids = self._containers.ask("ps", "--all", "--quiet", "--filter", f"label={self._label}").out.split()
        if not ids:
            return {}
        form = "{{.Name}}\t{{.State.Status}}\t{{.State.ExitCode}}"
        lines = self._containers.ask("inspect", "--type", "container", "--format", form, *ids).out.splitlines()
        rows = [line.split("\t") for line in lines]
        return {name.lstrip("/"): (state, int(code)) for name, state, code in rows}

    def add(self, names: list[str]) -> None:
        """Remove containers soon, in this order."""
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
        """Remove containers now, each by itself: one that is not there must not keep the others."""
        for name in names:
            self._containers.ask("rm", "--force", "--volumes", name)

    def finish(self) -> None:
        """Remove what is left; those that hold a network for others last."""
        thread = self._thread
        if thread is not None:
            thread.join()
        self.remove(sorted(self.found(), key=lambda name: name.endswith(HOLDER)))
