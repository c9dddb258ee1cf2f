"""What tasks that are over leave on this machine, until it is removed or used again."""

from collections import deque

from yamlflow.engine.home import remove_folder
from yamlflow.engine.runners.launching import Launching
from yamlflow.engine.runners.pod import Pod
from yamlflow.engine.runners.spares import Spares
from yamlflow.engine.runners.volumes import Volumes


class Remains:
    """The folders of tasks that are over."""

    def __init__(self, launcher: Launching, volumes: Volumes, spares: Spares) -> None:
        self._launcher = launcher
        self._volumes = volumes
        self._spares = spares
        self._over: deque[Pod] = deque()
        self._rubbish: deque[str] = deque()

    def add(self, pod: Pod) -> None:
        """Take in a task that is over."""
        self._over.append(pod)

    def put_away(self) -> None:
        """Keep the workspaces of tasks of which it is stored how they ended: until then they tell that."""
        while self._over:
            pod = self._over.popleft()
            if not (pod.simple and not pod.volumes and self._spares.keep(pod.workspace)):
                self._rubbish.append(pod.root)

    def remove_rubbish(self) -> None:
        """Remove what finished tasks left."""
        while self._rubbish:
            self.remove(self._rubbish.popleft())

    def remove(self, root: str) -> None:
        """Remove the folder of a task."""
        self._launcher.remove(root)
        remove_folder(self._volumes.secrets_of(root))
