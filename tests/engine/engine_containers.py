"""A program for containers that works here, with an image of Debian's busybox-static: nothing can be pulled."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any, NamedTuple

IMAGE = "localhost/yamlflow-test:1"
OWN_IMAGE = "localhost/yamlflow-own:1"
_ULIMITS = "--ulimit nofile=1024:1024 --ulimit nproc=1024:1024"
_WAYS = (
    "",
    _ULIMITS,
    f"--runtime runc {_ULIMITS}",
    "--network host",
    f"{_ULIMITS} --network host",
    f"--cgroups disabled {_ULIMITS} --network host",
)


class Engine(NamedTuple):
    """Podman with a folder of its own, or docker; `environment` are the settings by which yamlflow uses it."""

    path: str
    always: tuple[str, ...]
    environment: dict[str, str]

    def ask(self, *arguments: str) -> str:
        """Return what it prints."""
        done = subprocess.run([self.path, *self.always, *arguments], capture_output=True, text=True, check=True)
        return done.stdout


def find_engine(name: str, folder: Path) -> Engine | str:
    """Return podman or docker as it works here, or why it does not."""
    program, busybox = shutil.which(name), _static_busybox()
    if program is None or busybox is None:
        return f"{name} or busybox-static is not installed"
    _write_image(folder / "image.tar", busybox)
    if name == "docker":
        found = _try(program, (), folder)
        return found if isinstance(found, Engine) else f"docker runs no containers here: {found}"
    said = ""
    for driver in ("overlay", "vfs"):
        always = ("--root", f"{folder}/{driver}", "--runroot", f"{folder}/run-{driver}", "--storage-driver", driver)
        found = _try(program, always, folder)
        if isinstance(found, Engine):
            return found
        said = said or found
    return f"podman runs no containers here: {said}"


def _try(program: str, always: tuple[str, ...], folder: Path) -> Engine | str:
    made = subprocess.run(
        [program, *always, "import", str(folder / "image.tar"), IMAGE], capture_output=True, text=True, check=False
    )
    if made.returncode:
        return made.stderr.strip()
    changes = ("--change", 'ENTRYPOINT ["echo"]', "--change", 'CMD ["said", "by", "the", "image"]')
    own = [program, *always, "import", *changes, str(folder / "image.tar"), OWN_IMAGE]
    subprocess.run(own, capture_output=True, check=True)
    said = ""
    for way in _WAYS:
        tried = [program, *always, "run", "--rm", *way.split(), IMAGE, "true"]
        done = subprocess.run(tried, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            options = " ".join((*always, way))
            return Engine(
                program, always, {"YAMLFLOW_CONTAINER_ENGINE": program, "YAMLFLOW_CONTAINER_OPTIONS": options}
            )
        said = said or done.stderr.strip().rpartition("\n")[2]
    return said


def _static_busybox() -> str | None:
    found = shutil.which("busybox")
    if found is None:
        return None
    kind = subprocess.run(["ldd", found], capture_output=True, text=True, check=False)
    return found if kind.returncode else None


def _write_image(path: Path, busybox: str) -> None:
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
    with tarfile.open(path, "w") as tar:
        for folder, mode in (("bin", 0o755), ("tmp", 0o1777), ("etc", 0o755)):
            made = tarfile.TarInfo(folder)
            made.type, made.mode = tarfile.DIRTYPE, mode
            tar.addfile(made)
        tar.add(busybox, "bin/busybox")
        for program in listed:
            if program != "busybox":
                link = tarfile.TarInfo(f"bin/{program}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(link)


def with_image(spec: Any) -> Any:
    """Return a part of a manifest with the images that are here; one that is unknown stays so."""
    if isinstance(spec, dict):
        return {key: _image(value) if key == "image" else with_image(value) for key, value in spec.items()}
    return [with_image(item) for item in spec] if isinstance(spec, list) else spec


def _image(name: str) -> str:
    return name if "unknown" in name else {"own": OWN_IMAGE}.get(name, IMAGE)


def without_own_settings() -> dict[str, str]:
    """Return the environment of the tests without settings of yamlflow."""
    return {name: value for name, value in os.environ.items() if not name.startswith("YAMLFLOW_")}
