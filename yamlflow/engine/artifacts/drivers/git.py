"""Artifacts that are repositories of git."""

import base64
import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from yamlflow.engine.artifacts.driver import DriverError, SecretReader
from yamlflow.engine.artifacts.secretfile import secret_file

_PROTOCOLS = "https:http:ssh:git:file"
_SLOWEST = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "60"}
_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
"""Variables that hooks of git have, about the repository that they are for."""
_SSH = ("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=60")


def location(artifact: dict[str, Any]) -> str:
    """Return the repository and the revision."""
    git = artifact["git"]
    revision = git.get("revision") or git.get("branch") or ""
    return f"{git.get('repo', '')}{revision and '@'}{revision}"


def fetch(artifact: dict[str, Any], target: str, secret: SecretReader) -> None:
    """Clone a repository into a folder."""
    git = artifact["git"]
    with _environment(git, secret) as environment:
        options = ["--depth", str(git["depth"])] if git.get("depth") else []
        if not git.get("singleBranch"):
            options += ["--no-single-branch"]
        elif not git.get("branch"):
            raise DriverError("`singleBranch` needs a `branch`")
        else:
            options += ["--single-branch"]
        options += ["--branch", _revision(git["branch"])] if git.get("branch") else []
        _run(["clone", "--quiet", *options, "--", str(git.get("repo", "")), target], environment)
        for refspec in git.get("fetch") or []:
            _run(["fetch", "--quiet", "origin", _revision(refspec)], environment, target)
        if git.get("revision"):
            _run(["checkout", "--quiet", _revision(git["revision"]), "--"], environment, target)
        if not git.get("disableSubmodules"):
            _run(["submodule", "--quiet", "update", "--init", "--recursive"], environment, target)


def _revision(name: object) -> str:
    """Return the name of a revision, which is no option of git."""
    if str(name).startswith("-"):
        raise DriverError(f"`{name}` is no revision")
    return str(name)


def send(artifact: dict[str, Any], source: str, secret: SecretReader) -> None:
    """Refuse: nothing is written to repositories."""
    del artifact, source, secret
    raise DriverError("nothing can be written to a git repository")


@contextmanager
def _environment(git: dict[str, Any], secret: SecretReader) -> Iterator[dict[str, str]]:
    """Have what git needs to know; credentials are for the server of the repository, not for others that it names."""
    own = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": _PROTOCOLS, "GIT_LFS_SKIP_SMUDGE": "1", **_SLOWEST}
    settings: list[tuple[str, str]] = []
    if git.get("usernameSecret") or git.get("passwordSecret"):
        pair = f"{secret(git.get('usernameSecret'))}:{secret(git.get('passwordSecret'))}"
        header = "Authorization: Basic " + base64.b64encode(pair.encode()).decode()
        settings.append((f"http.{_server(str(git.get('repo', '')))}.extraHeader", header))
    if git.get("insecureSkipTLS"):
        settings.append(("http.sslVerify", "false"))
    ssh = [*_SSH, *(("-o", "StrictHostKeyChecking=no") if git.get("insecureIgnoreHostKey") else ())]
    for at, (name, value) in enumerate(settings):
        own |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": value}
    own["GIT_CONFIG_COUNT"] = str(len(settings))
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    if not git.get("sshPrivateKeySecret"):
        yield {"GIT_SSH_COMMAND": shlex.join(ssh), **inherited, **own}
        return
    with secret_file(secret(git["sshPrivateKeySecret"]).rstrip("\n") + "\n") as key:
        own["GIT_SSH_COMMAND"] = shlex.join([*ssh, "-o", "IdentitiesOnly=yes", "-i", key])
        yield {**inherited, **own}


def _server(repo: str) -> str:
    parts = urlsplit(repo)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"


def _run(arguments: list[str], environment: dict[str, str], folder: str = "") -> None:
    inside = ["-C", folder] if folder else []
    try:
        done = subprocess.run(
            ["git", *inside, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise DriverError("there is no git on this machine") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        said = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
        raise DriverError(f"git {arguments[0]}: {said}")
