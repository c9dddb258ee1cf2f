"""Docker or podman, by the command line that both have."""

import os
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from typing import NamedTuple

PROGRAMS = ("podman", "docker")
INITS = ("catatonit", "tini", "tini-static", "dumb-init")
_OF_DOCKER = "docker-init"
_INIT_FOLDERS = ("/usr/libexec/podman", "/usr/lib/podman")
_PATIENCE = 60.0
_FIRST_PAGE = 4096
_NOT_OF_THE_PROGRAM = ("YAMLFLOW_SECRET_", "ARGO_")
_WITH_VALUE = frozenset(
    (
        *("--root", "--runroot", "--imagestore", "--storage-driver", "--storage-opt", "--tmpdir", "--volumepath"),
        *("--cgroup-manager", "--conmon", "--hooks-dir", "--module", "--runtime-flag", "--log-level"),
        *("--network-cmd-path", "--network-config-dir", "--events-backend", "--connection", "--url", "--identity"),
        *("--host", "--context", "--config", "--tlscacert", "--tlscert", "--tlskey"),
    )
)
_ALONE = frozenset(("--remote", "--syslog", "--debug", "--tls", "--tlsverify", "--transient-store"))


class Answer(NamedTuple):
    """What the program said."""

    code: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """The last thing that it says of an error."""
        return error_in(self.err) or f"exit code {self.code}"


class Containers(NamedTuple):
    """Podman or docker: `options` go with every call of it, `run_options` with every container.

    `network` is what the options say of it; `first` is a program that can be the first process of a container.
    """

    path: str
    options: tuple[str, ...]
    run_options: tuple[str, ...]
    network: str
    is_podman: bool
    first: str
    environment: Mapping[str, str]

    def line(self, *arguments: str) -> list[str]:
        """Return a whole command line."""
        return [self.path, *self.options, *arguments]

    def begin(self, *arguments: str, stderr: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
        """Start it beside, to read what it writes."""
        return subprocess.Popen(
            self.line(*arguments),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )

    def ask(self, *arguments: str) -> Answer:
        """Return what it answers."""
        with self.begin(*arguments) as process:
            try:
                out, err = process.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return Answer(1, "", f"Error: no answer from {self.path} within a minute")
        return Answer(process.returncode, out.decode(errors="replace").strip(), err.decode(errors="replace"))


def containers(path: str, options: Iterable[str], environment: Mapping[str, str]) -> Containers:
    """Return a program with its options, by words: those that it knows before its commands go with each of them."""
    always: list[str] = []
    other: list[str] = []
    network = ""
    words = iter(options)
    for word in words:
        name, equals, value = word.partition("=")
        if name in _WITH_VALUE:
            always += [word] if equals else [word, next(words, "")]
        elif name in ("--network", "--net"):
            network = value if equals else next(words, "")
        else:
            (always if name in _ALONE else other).append(word)
    own = {name: value for name, value in environment.items() if not name.startswith(_NOT_OF_THE_PROGRAM)}
    is_podman = _is_podman(path)
    first = _find_first(environment) if is_podman else _OF_DOCKER
    return Containers(path, tuple(always), tuple(other), network, is_podman, first, own)


def _is_podman(path: str) -> bool:
    """Whether a program is podman, or a script that hands all over to it."""
    if "podman" in os.path.basename(path):
        return True
    try:
        with open(path, "rb") as file:
            begin = file.read(_FIRST_PAGE)
    except OSError:
        return False
    return begin.startswith(b"#!") and b"podman" in begin


def _find_first(environment: Mapping[str, str]) -> str:
    """Return a program that passes signals on to the program of a container, "" if there is none."""
    from shutil import which

    folders = os.pathsep.join((*_INIT_FOLDERS, environment.get("PATH", os.defpath)))
    found = (path for name in INITS if (path := which(name, path=folders)))
    return next((path for path in found if _needs_no_library(path)), "")


def _needs_no_library(path: str) -> bool:
    """Whether a program starts in any image: it names no loader, which would stand at its beginning."""
    try:
        with open(path, "rb") as file:
            return b"/ld-" not in file.read(_FIRST_PAGE)
    except OSError:
        return False


def find_containers(wanted: str, options: str, environment: Mapping[str, str]) -> Containers | str:
    """Return the program that is wanted, or the first one that is there and answers; or why there is none.

    ValueError when the options have a quote without end.
    """
    from shutil import which

    words = shlex.split(options)
    there = [path for name in ([wanted] if wanted else PROGRAMS) if (path := which(name, path=environment.get("PATH")))]
    refused = ""
    for path in there:
        found = containers(path, words, environment)
        answer = found.ask("version")
        if answer.code == 0:
            return found
        refused = refused or f"{os.path.basename(path)} cannot be used here: {answer.reason}"
    return refused or f"there is no {wanted or ' or '.join(PROGRAMS)} on this machine"


def error_in(text: str) -> str:
    """Return the error in what the program wrote."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [line for line in lines if "rror: " in line or "rror response" in line]
    last = (marked or [line for line in lines if not line.startswith("Run '")] or [""])[-1]
    for mark in ("Error response from daemon: ", "Error: ", "docker: ", "unable to copy from source "):
        if mark in last:
            last = last.partition(mark)[2]
    return last.removesuffix(".")
