"""Images: whether they are here, and how they come."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from subprocess import DEVNULL, STDOUT
from typing import Any

from yamlflow.engine.runners.containers.create import labels
from yamlflow.engine.runners.containers.program import Containers, error_in

ALWAYS, IF_NOT_PRESENT, NEVER = "Always", "IfNotPresent", "Never"
_LATEST = "latest"
_PAUSE = 0.5
_NAME = re.compile(
    r"[a-z0-9][-a-zA-Z0-9._]*(:[0-9]+)?(/[a-zA-Z0-9][-a-zA-Z0-9._]*)*(:[\w][-\w.]{0,127})?(@[a-z0-9]+:[0-9a-f]+)?"
)

_NO_CONTAINER = "CreateContainerConfigError"
_BREAKS_POLICY = "container's runAsUser breaks non-root policy"
Tell = Callable[[str], None]


class ImageError(Exception):
    """An image cannot be had; the message is that of Kubernetes."""


class Images:
    """The images of a run: each is looked for, and pulled, once at a time."""

    def __init__(self, containers: Containers) -> None:
        self._containers = containers
        self._here: dict[str, str] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._folders: dict[tuple[str, str], bool] = {}

    def get(self, image: str, policy: str, tell: Tell) -> str:
        """Return the name by which an image is here, after it was pulled if it must be; called in a thread."""
        if not _NAME.fullmatch(image):
            raise ImageError(f'InvalidImageName: Failed to apply default image tag "{image}": invalid reference format')
        chosen = policy or (ALWAYS if _is_latest(image) else IF_NOT_PRESENT)
        with self._locks.setdefault(image, threading.Lock()):
            known = self._here.get(image) or self._find(image)
            if known and chosen != ALWAYS:
                self._here[image] = known
                return known
            if chosen == NEVER:
                message = f'Container image "{image}" is not present with pull policy of Never'
                raise ImageError(f"ErrImageNeverPull: {message}")
            if image not in self._here:
                self._here[image] = self._pull(image, tell, known if not policy else "")
            return self._here[image]

    def _find(self, image: str) -> str:
        """Return the name of an image that is here, or ""."""
        for name in dict.fromkeys((image, qualified(image))):
            if self._containers.ask("image", "inspect", "--format", "ok", name).code == 0:
                return name
        return ""

    def _pull(self, image: str, tell: Tell, instead: str) -> str:
        """Pull an image; `instead` is what is here and will do when it cannot be had."""
        name = qualified(image)
        tell(f'Pulling image "{image}"')
        said: list[str] = []
        with self._containers.begin("pull", name, stderr=STDOUT) as process:
            assert process.stdout is not None
            told = time.monotonic()
            for line in process.stdout:
                said.append(line.decode(errors="replace").strip())
                if said[-1] and time.monotonic() - told > _PAUSE:
                    told = time.monotonic()
                    tell(f'Pulling image "{image}": {said[-1]}')
        if process.returncode == 0:
            return name
        if instead:
            return instead
        reason = error_in("\n".join(said)) or f"exit code {process.returncode}"
        raise ImageError(f'ImagePullBackOff: Back-off pulling image "{image}": ErrImagePull: {reason}')

    def check_user(self, name: str, context: Mapping[str, Any]) -> None:
        """Refuse to run an image as root where `runAsNonRoot` forbids it."""
        if not context.get("runAsNonRoot"):
            return
        wanted = context.get("runAsUser")
        user = str(self._user(name) if wanted is None else wanted).partition(":")[0]
        if user in ("", "0", "root"):
            why = "container has runAsNonRoot and image will run as root"
            raise ImageError(f"{_NO_CONTAINER}: {why if wanted is None else _BREAKS_POLICY}")
        if not user.isdigit():
            raise ImageError(
                f"{_NO_CONTAINER}: container has runAsNonRoot and image has non-numeric user ({user}), "
                "cannot verify user is non-root"
            )

    def _user(self, name: str) -> str:
        return self._containers.ask("image", "inspect", "--format", "{{.Config.User}}", name).out

    def has_folder(self, name: str, path: str, run: str) -> bool:
        """Whether a container of an image would have a folder; podman starts none in a folder that is not there."""
        known = self._folders.get((name, path))
        if known is None:
            probe = f"yamlflow-{run[:8]}-probe-{threading.get_ident()}"
            self._containers.ask("create", *labels(probe, run, ""), "--pull", "never", name, "true")
            with self._containers.begin("cp", f"{probe}:{path}", "-", stderr=DEVNULL) as process:
                assert process.stdout is not None
                known = self._folders[name, path] = bool(process.stdout.read(1))
                process.kill()
            self._containers.ask("rm", "--force", probe)
        return known


def _is_latest(image: str) -> bool:
    """Whether Kubernetes pulls an image always when nothing is said: its tag is `latest`, or not there."""
    if "@" in image:
        return False
    _, _, last = image.rpartition("/")
    return last.partition(":")[2] in ("", _LATEST)


def qualified(image: str) -> str:
    """Return the whole name that Kubernetes means: Docker's registry where none is named."""
    first, slash, _ = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return image
    return f"docker.io/{image}" if slash else f"docker.io/library/{image}"
