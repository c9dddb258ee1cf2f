"""The command line that makes and runs a container, by Kubernetes' rules."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from yamlflow.engine.limits import limits_of
from yamlflow.engine.runners.containers.files import ContainerFiles
from yamlflow.engine.runners.containers.program import Containers
from yamlflow.engine.runners.progress import PROGRESS
from yamlflow.engine.task import Program

SCRIPT = "/argo/staging/script"
RUN_LABEL = "yamlflow.run"
NODE_LABEL = "yamlflow.node"
ALWAYS = ("--log-driver", "none", "--stop-timeout", "0")
_READ_BY_THE_PROGRAM = (
    *("DOCKER_", "CONTAINER", "_CONTAINERS", "PODMAN_", "BUILDAH_", "STORAGE_", "REGISTRY_", "XDG_", "LISTEN_"),
    *("NOTIFY_", "DBUS_", "LD_", "GO", "SSL_", "SSH_", "OTEL_", "TMPDIR", "PATH", "HOME", "USER"),
    *("http", "HTTP", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "ftp_proxy", "FTP_PROXY"),
)


class Place(NamedTuple):
    """Where a container belongs: its run, its pod's name, the network that it shares ("" is one of its own).

    `secrets` is a folder in memory.
    """

    run: str
    pod: str
    network: str
    secrets: str


def run_line(
    containers: Containers, program: Program, image: str, files: ContainerFiles, place: Place
) -> tuple[list[str], dict[str, str]]:
    """Return the command line that runs a container, and the environment that it needs."""
    options, environment = _variables(program, containers.environment, files, place)
    options += ["--env", f"{PROGRESS}={files.progress_file}"]
    line = containers.line("run", *labels(files.name, place.run, files.node), "--pull", "never")
    line += [*ALWAYS, *options, *_network(containers, place), *_mounts(files)]
    if containers.first:
        line += ["--init", *(["--init-path", containers.first] if containers.is_podman else [])]
    limits = limits_of(program.declared)
    if limits.memory:
        line += ["--memory", str(limits.memory), "--memory-swap", str(limits.memory)]
    if limits.cpus:
        line += ["--cpus", f"{limits.cpus:.3f}"]
    if program.folder:
        line += ["--workdir", program.folder]
    line += [*security_options(program.declared.get("securityContext") or {}), *containers.run_options]
    own, rest = program.command[: program.own_words], program.command[program.own_words :]
    if own:
        line += ["--entrypoint", own[0]]
    script = [SCRIPT] if program.source is not None else []
    return [*line, image, *own[1:], *rest, *script], environment


def labels(name: str, run: str, node: str) -> list[str]:
    """Return the options by which a container is found again."""
    return ["--name", name, "--label", f"{RUN_LABEL}={run}", "--label", f"{NODE_LABEL}={node}"]


def _network(containers: Containers, place: Place) -> list[str]:
    if place.network or containers.network:
        return ["--network", place.network or containers.network]
    return ["--hostname", place.pod[:63]]


def _mounts(files: ContainerFiles) -> Iterator[str]:
    for path, (host, read_only) in sorted(files.mounts.items()):
        if os.path.lexists(host):
            yield from mount(host, path, read_only=read_only)
    if os.path.exists("/sys/fs/selinux/enforce"):
        yield from ("--security-opt", "label=disable")


def mount(host: str, path: str, *, read_only: bool) -> list[str]:
    """Return the options that show a file or folder of this machine to a container."""
    parts = ["type=bind", f"source={host}", f"target={path}", *(["readonly"] if read_only else [])]
    quoted = ['"' + part.replace('"', '""') + '"' if set(part) & set(',"') else part for part in parts]
    return ["--mount", ",".join(quoted)]


def security_options(context: Mapping[str, Any]) -> Iterator[str]:
    """Yield the options for a `securityContext`."""
    user, group = context.get("runAsUser"), context.get("runAsGroup")
    if user is not None or group is not None:
        yield from ("--user", f"{user or 0}" if group is None else f"{user or 0}:{group}")
    groups = [*(context.get("supplementalGroups") or ()), context.get("fsGroup")]
    for item in groups:
        yield from () if item is None else ("--group-add", str(item))
    if context.get("privileged"):
        yield "--privileged"
    if context.get("readOnlyRootFilesystem"):
        yield "--read-only"
    if context.get("allowPrivilegeEscalation") is False:
        yield from ("--security-opt", "no-new-privileges")
    for key in ("drop", "add"):
        for name in (context.get("capabilities") or {}).get(key) or ():
            yield from (f"--cap-{key}", str(name))


def _variables(
    program: Program, own: Mapping[str, str], files: ContainerFiles, place: Place
) -> tuple[list[str], dict[str, str]]:
    """Return the options for the variables of a container. None of their values stands on the command line.

    A variable that docker or podman itself would heed reaches the container by a file that nobody else can read.
    """
    environment = dict(own)
    options: list[str] = []
    by_file: list[str] = []
    for name, value in program.environment:
        heeded = name.startswith(_READ_BY_THE_PROGRAM)
        if heeded and "\n" in value:
            raise OSError(22, f"the value of the variable {name} cannot have several lines here")
        if heeded or (name in own and "\n" not in value):  # such a file has no way to write several lines
            by_file.append(f"{name}={value}\n")
        else:
            environment[name] = value
            options += ["--env", name]
    if by_file:
        os.makedirs(place.secrets, mode=0o700, exist_ok=True)
        path = os.path.join(place.secrets, f"{files.name}.env")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "w", encoding="utf-8") as file:
            file.writelines(by_file)
        options += ["--env-file", path]
    return options, environment
