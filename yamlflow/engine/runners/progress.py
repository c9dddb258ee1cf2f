"""What programs say of how far they are: the last line of the file that `ARGO_PROGRESS_FILE` names, as `N/M`."""

import os
import stat
import time
from collections.abc import Iterable, Iterator

from yamlflow.argo.progress import read_progress
from yamlflow.engine.events import Progressed
from yamlflow.engine.runners.pod import Pod
from yamlflow.engine.runners.workspace import Workspace

PROGRESS = "ARGO_PROGRESS_FILE"
_PERIOD = 3.0  # as Argo's executor has it
_TAIL = 4096


class ProgressFiles:
    """Looks at these files now and then."""

    def __init__(self) -> None:
        self.next_time = 0.0

    def look(self, pods: Iterable[Pod]) -> Iterator[Progressed]:
        """Yield what is new, if it is time to look."""
        now = time.monotonic()
        if now >= self.next_time:
            self.next_time = now + _PERIOD
            for pod in pods:
                yield from news_of(pod)


def news_of(pod: Pod) -> Iterator[Progressed]:
    """Yield how far a task is, if it has said something new."""
    if not pod.announced:
        return
    for workspace in pod.workspaces.values():
        said = _last_line(workspace)
        if said and said != pod.said.get(workspace.root):
            pod.said[workspace.root] = said
            if read_progress(said) is not None:
                yield Progressed(pod.task.node, said)


def _last_line(workspace: Workspace) -> str:
    try:
        fd = os.open(workspace.progress_place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with open(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            return ""
        file.seek(max(0, found.st_size - _TAIL))
        lines = file.read(_TAIL).decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""
