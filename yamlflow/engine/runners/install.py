"""Make an environment with packages, then become the program that needs it. Run as a script, by itself."""

import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import sys

_ENVIRONMENT_FD = 4
_STATUS_FD = 3
_SAME_FOR_UV = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_NO_INDEX": "UV_NO_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
}


def main(folder: str, store: str, bubblewrap: str, arguments: list[str], line: list[str]) -> int:
    """Install what is not there yet, one process at a time, and start the program."""
    cache = os.path.dirname(folder)
    os.makedirs(cache, mode=0o700, exist_ok=True)
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = os.path.join(folder, "ready")
        if not os.path.exists(ready):
            shutil.rmtree(folder, ignore_errors=True)
            code = _install(folder, _sandbox(bubblewrap, store, cache), _settings(cache), arguments)
            if code:
                return code
            open(ready, "w", encoding="utf-8").close()
    with open(_ENVIRONMENT_FD, encoding="utf-8") as file:
        environment = json.load(file)
    return os.execvpe(line[0], line, environment)


def _settings(cache: str) -> dict[str, str]:
    """Return the user's environment, with all that is written in the cache; uv is told what pip is."""
    scratch = os.path.join(cache, "scratch")
    os.makedirs(scratch, exist_ok=True)
    settings = dict(os.environ)
    for name, same in _SAME_FOR_UV.items():
        if settings.get(name):
            separator = "," if name == "PIP_FIND_LINKS" else " "
            settings.setdefault(same, separator.join(settings[name].split()))
    places = {"TMPDIR": scratch, "PIP_CACHE_DIR": os.path.join(cache, "pip"), "UV_CACHE_DIR": os.path.join(cache, "uv")}
    return settings | places | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _sandbox(bubblewrap: str, store: str, cache: str) -> list[str]:
    """Return what keeps the programs of packages from writing anywhere else, and from reading other runs."""
    if not bubblewrap:
        return []
    mounts = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", store, "--bind", cache, cache]
    return [bubblewrap, *mounts, "--unshare-pid", "--die-with-parent", "--new-session", "--"]


def _install(folder: str, sandbox: list[str], settings: dict[str, str], arguments: list[str]) -> int:
    """Install by uv if it is there and can; else by pip, whose messages are those of a container."""
    python = os.path.join(folder, "bin", "python3")
    uv = shutil.which("uv") or shutil.which("uv", path=os.path.dirname(sys.executable))
    if uv is not None:
        steps = (
            [uv, "venv", "--quiet", "--python", sys.executable, folder],
            [uv, "pip", "install", "--quiet", "--python", python, *arguments],
        )
        if all(_run([*sandbox, *step], settings, quiet=True) == 0 for step in steps):
            return 0
        shutil.rmtree(folder, ignore_errors=True)
    if importlib.util.find_spec("pip") is None:
        venv, pip = [sys.executable, "-m", "venv", folder], [python, "-m", "pip"]
    else:
        # A second pip would take seconds.
        venv = [sys.executable, "-m", "venv", "--without-pip", folder]
        pip = [sys.executable, "-m", "pip", "--python", python]
    code = _run([*sandbox, *venv], settings, quiet=False)
    return code or _run([*sandbox, *pip, "install", "--quiet", *arguments], settings, quiet=False)


def _run(command: list[str], settings: dict[str, str], *, quiet: bool) -> int:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env=settings, stdin=subprocess.DEVNULL, stderr=output, check=False).returncode


if __name__ == "__main__":
    _end = sys.argv.index("--")
    _code = main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:_end], sys.argv[_end + 1 :])
    if sys.argv[3]:
        # The engine reads here how a program in a sandbox has ended.
        os.write(_STATUS_FD, b'{"exit-code": %d}\n' % _code)
    sys.exit(_code)
