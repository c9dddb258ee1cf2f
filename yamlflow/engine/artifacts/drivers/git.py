"""Artifacts that are repositories of git."""

import os
import subprocess
from typing import Any

from yamlflow.engine.artifacts.driver import DriverError, SecretReader

_PROTOCOLS = "https:http:ssh:git:file"


def location(artifact: dict[str, Any]) -> str:
    """Return the repository and the revision."""
    git = artifact["git"]
    revision = git.get("revision") or git.get("branch") or ""
    return f"{git.get('repo', '')}{revision and '@'}{revision}"


def fetch(artifact: dict[str, Any], target: str, secret: SecretReader) -> None:
    """Clone a repository into a folder."""
    git = artifact["git"]
    if git.get("sshPrivateKeySecret"):
        raise DriverError("`sshPrivateKeySecret` is not known here; the keys of your ssh agent are used")
    environment = _environment(git, secret)
    options = ["--depth", str(git["depth"])] if git.get("depth") else []
    options += ["--single-branch"] if git.get("singleBranch") else []
    options += ["--branch", str(git["branch"])] if git.get("branch") else []
    _run(["clone", "--quiet", *options, "--", str(git.get("repo", "")), target], environment)
    for refspec in git.get("fetch") or []:
        _run(["-C", target, "fetch", "--quiet", "origin", "--", str(refspec)], environment)
    if git.get("revision"):
        revision = str(git["revision"])
        if revision.startswith("-"):
            raise DriverError(f"`{revision}` is no revision")
        _run(["-C", target, "checkout", "--quiet", revision, "--"], environment)
    if not git.get("disableSubmodules"):
        _run(["-C", target, "submodule", "--quiet", "update", "--init", "--recursive"], environment)


def send(artifact: dict[str, Any], source: str, secret: SecretReader) -> None:
    """Refuse: nothing is written to repositories."""
    del artifact, source, secret
    raise DriverError("nothing can be written to a git repository")


def _environment(git: dict[str, Any], secret: SecretReader) -> dict[str, str]:
    own = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": _PROTOCOLS, "GIT_LFS_SKIP_SMUDGE": "1"}
    if git.get("usernameSecret") or git.get("passwordSecret"):
        import base64

        pair = f"{secret(git.get('usernameSecret'))}:{secret(git.get('passwordSecret'))}"
        header = "Authorization: Basic " + base64.b64encode(pair.encode()).decode()
        own |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": header}
    return {**os.environ, **own}


def _run(arguments: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(["git", *arguments], env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise DriverError("there is no git on this machine") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        said = next((line for line in lines if line.startswith(("fatal:", "error:"))), str(done.returncode))
        raise DriverError(f"git {arguments[0]}: {said}")
