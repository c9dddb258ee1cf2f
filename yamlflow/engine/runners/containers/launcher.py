"""Starting the containers of tasks by docker or podman, and ending them."""

import contextlib
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from yamlflow.engine.events import OOM_KILLED, START_ERROR
from yamlflow.engine.home import remove_folder
from yamlflow.engine.limits import limits_of
from yamlflow.engine.runners.containers.create import ALWAYS, RUN_LABEL, SCRIPT, Place, labels, mount, run_line
from yamlflow.engine.runners.containers.files import ContainerFiles
from yamlflow.engine.runners.containers.images import ImageError, Images
from yamlflow.engine.runners.containers.pause import INSIDE, write_pause
from yamlflow.engine.runners.containers.program import INITS, Containers, error_in
from yamlflow.engine.runners.containers.remover import HOLDER, Remover
from yamlflow.engine.runners.launching import Launching, Output, open_output, succeeds
from yamlflow.engine.runners.outcome import Outcome, tail_of
from yamlflow.engine.runners.pod import MISSING_PROGRAM, all_programs, main_of
from yamlflow.engine.runners.volumes import mount_all, open_to_all
from yamlflow.engine.runners.workspace import Workspace
from yamlflow.engine.task import Program, Task

_UNCLEAR = frozenset((125, 126, 127, 137))
_NEVER_STARTED = frozenset(("", "created", "configured", "initialized"))
_START_FAILED = 128
_KILLED, _ENDED = 128 + signal.SIGKILL, 128 + signal.SIGTERM
_CLIENT = "client"
_RETRY = 0.1
_RETRIES = 50
_MISSING = re.compile(r"(not found in \$PATH)|(no such file or directory)|(permission denied)", re.IGNORECASE)
_FROM_INIT = re.compile(rf"\b({'|'.join(INITS)})\b.*\bexec\b")
_NO_PROGRAM = re.compile(r'\bexec: "|\bexecutable\b')


class ContainerLauncher(Launching):
    """Starts and ends containers. Each is run by a client, a process of docker or podman that waits for its end."""

    slow = True

    def __init__(
        self,
        containers: Containers,
        run: str,
        work: str,
        secrets_of: Callable[[str], str],
        *,
        fresh: bool,
        daemons: bool,
    ) -> None:
        self._containers = containers
        self._run = run
        self._work = work
        self._secrets_of = secrets_of
        self._images = Images(containers)
        self._names: dict[str, str] = {}
        self._holders: dict[str, str] = {}
        self._pods: dict[str, str] = {}
        self._remover = Remover(containers, f"{RUN_LABEL}={run}")
        self._survivors = {} if fresh else self._remover.found()
        # The containers of a user who is not root do not reach each other.
        lonely = containers.is_podman and os.geteuid() != 0 and not containers.network
        self._everywhere = "host" if lonely and daemons else ""

    def workspace(
        self, root: str, program: Program, paths: Iterable[str] = (), volumes: dict[str, str] | None = None
    ) -> ContainerFiles:
        """Return the files of a container."""
        node, *inner = os.path.relpath(root, self._work).split(os.sep)
        name = self._name(node)
        files = ContainerFiles(root, f"{name}.{inner[-1]}" if inner else name, node)
        mount_all(files, program.mounts, volumes or {})
        said = open_to_all(os.path.dirname(files.progress_place))
        files.mount(os.path.dirname(files.progress_file), said, read_only=False)
        for path in paths:
            files.take_again(path)
        return files

    def _name(self, node: str) -> str:
        return f"yamlflow-{self._run[:8]}-{node}"

    def prepare(self, task: Task, tell: Callable[[str], None]) -> str:
        """Get the images of a task, and make the network that its containers share; return what is wrong."""
        try:
            for program in all_programs(task):
                image = str(program.declared.get("image") or "")
                policy = str(program.declared.get("imagePullPolicy") or "")
                name = self._names[image] = self._images.get(image, policy, tell)
                self._images.check_user(name, program.declared.get("securityContext") or {})
                if program.folder and self._containers.is_podman:
                    self._images.has_folder(name, program.folder, self._run)
            self._pods[task.node] = task.pod
            if len(all_programs(task)) > 1:
                self._hold(task)
        except ImageError as error:
            return str(error)
        except OSError as error:
            return f"{START_ERROR}: {error}"
        return ""

    def _hold(self, task: Task) -> None:
        """Start what holds the network of a pod: as long as it lives, containers can join and leave."""
        network = self._everywhere or self._containers.network
        if network == "host":
            return
        name = self._name(task.node) + HOLDER
        pause = os.path.join(self._work, "pause")
        if not os.path.exists(pause):
            write_pause(pause)
        image = self._names[str(task.programs[0].declared.get("image") or "")]
        line = ["run", "--detach", *labels(name, self._run, task.node), "--pull", "never", *ALWAYS]
        line += ["--network", network] if network else ["--hostname", task.pod[:63]]
        line += [*mount(pause, INSIDE, read_only=True), *self._containers.run_options, "--entrypoint", INSIDE, image]
        answer = self._containers.ask(*line)
        if answer.code:
            raise OSError(answer.reason)
        self._holders[task.node] = name

    def start(self, program: Program, workspace: Workspace, stdout: Output, stderr: Output) -> int:
        """Run a container and return the process id of its client; output goes to descriptors, or is added to files."""
        files = _of(workspace)
        if files.program is program:
            again = self._containers.line("start", "--attach", files.name)
            return self._spawn(again, dict(self._containers.environment), files, stdout, stderr)
        if program.source is not None:
            place = os.path.join(files.root, "script")
            with open(place, "w", encoding="utf-8") as file:
                file.write(program.source)
            os.chmod(place, 0o755)
            files.mount(SCRIPT, place, read_only=True)
        holder = self._holders.get(files.node)
        network = f"container:{holder}" if holder else self._everywhere
        secrets = self._secrets_of(os.path.join(self._work, files.node))
        belongs = Place(self._run, self._pods[files.node], network, secrets)
        image = self._names[str(program.declared.get("image") or "")]
        files.program = program
        if self._containers.is_podman and program.folder and files.is_inside(program.folder):
            self._make_folder(files, image, program.folder)
        line, environment = run_line(self._containers, program, image, files, belongs)
        return self._spawn(line, environment, files, stdout, stderr)

    def _make_folder(self, files: ContainerFiles, image: str, path: str) -> None:
        """Give a container the working folder that its image lacks, as others do."""
        if not self._images.has_folder(image, path, self._run):
            folder = os.path.join(files.root, "folder")
            os.makedirs(folder, exist_ok=True)
            os.chmod(folder, 0o777)
            files.mount(path, folder, read_only=False)

    def _spawn(
        self, line: list[str], environment: dict[str, str], files: ContainerFiles, stdout: Output, stderr: Output
    ) -> int:
        actions: list[Any] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), open_output(1, stdout)]
        actions.append((os.POSIX_SPAWN_DUP2, 1, 2) if stdout == stderr else open_output(2, stderr))
        pid = os.posix_spawn(line[0], line, environment, file_actions=actions, setsid=True)
        with open(os.path.join(files.root, _CLIENT), "w", encoding="utf-8") as file:
            file.write(str(pid))
        return pid

    def end(self, pid: int, workspace: Workspace, *, force: bool) -> None:
        """Ask a container to end, or end it."""
        files = _of(workspace)
        threading.Thread(target=self._signal, args=(pid, files), kwargs={"force": force}, daemon=True).start()

    def _signal(self, pid: int, files: ContainerFiles, *, force: bool) -> None:
        """Send a signal to a container as soon as it is there; without one its client is ended."""
        for _ in range(_RETRIES):
            if not force and self._is_deaf(files.name):
                force = files.asked_in_vain = True
            signal_name = "KILL" if force else "TERM"
            files.killed = files.killed or force
            if self._containers.ask("kill", "--signal", signal_name, files.name).code == 0:
                return
            time.sleep(_RETRY)
            try:
                os.kill(pid, 0)
            except OSError:
                return
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)

    def _is_deaf(self, name: str) -> bool:
        """Whether SIGTERM does nothing: the system keeps it from the first process of a container that has no handler.

        In a pod of Argo no program is the first process, so there SIGTERM ends it.
        """
        if self._containers.first:
            return False
        pid = self._state(name).get("Pid")
        with contextlib.suppress(OSError), open(f"/proc/{pid or 0}/status", encoding="utf-8") as file:
            caught = next((line.split()[1] for line in file if line.startswith("SigCgt:")), "")
            return not int(caught or "0", 16) >> (signal.SIGTERM - 1) & 1
        return False

    def is_over(self, pid: int, workspace: Workspace) -> None:
        """A container has ended; nothing of it is left."""

    def is_unclear(self, code: int, workspace: Workspace) -> bool:
        """Whether the exit code of a client does not say how its container has ended."""
        return code in _UNCLEAR or (code == 1 and bool(self._containers.first)) or _of(workspace).adopted

    def outcome(self, code: int, workspace: Workspace, log: str) -> Outcome:
        """Return how a container has ended whose client ended with this code; called in a thread if it is unclear."""
        files = _of(workspace)
        if not self.is_unclear(code, files):
            return Outcome(code)
        state = self._state(files.name)
        if state.get("Status", "") in _NEVER_STARTED:
            return self._not_started(files, tail_of(log))
        code = int(state.get("ExitCode") or 0) if not state.get("Running") else code
        if code == _KILLED and files.asked_in_vain:
            return Outcome(_ENDED)
        if code == _KILLED and (state.get("OOMKilled") or self._was_out_of_memory(files)):
            return Outcome(code, OOM_KILLED)
        last = (tail_of(log).splitlines() or [""])[-1] if code in (1, 126, 127) else ""
        return self._not_started(files, last) if _FROM_INIT.search(last) else Outcome(code)

    def _was_out_of_memory(self, files: ContainerFiles) -> bool:
        """Whether a container with a limit was killed, by nobody else; not every podman says so itself."""
        limited = files.program is not None and limits_of(files.program.declared).memory
        return self._containers.is_podman and bool(limited) and not files.killed

    def _not_started(self, files: ContainerFiles, said: str) -> Outcome:
        """Say why a container did not start, in the words of Argo and Kubernetes."""
        reason = error_in(said) or "the container was not made"
        found = _MISSING.search(reason)
        program = files.program
        if (
            found
            and program is not None
            and program.own_words
            and _names(reason, program.command[0])
            and (_NO_PROGRAM.search(reason) or _FROM_INIT.search(reason))
        ):
            name = program.command[0]
            absent = (
                f"stat {name}: no such file or directory"
                if name.startswith("/")
                else "executable file not found in $PATH"
            )
            why = "permission denied" if found[3] else absent
            return Outcome(MISSING_PROGRAM, f'failed to find name in PATH: exec: "{name}": {why}')
        if "unable to setup user" in reason:
            reason += "; where podman is not root this needs subordinate ids, as /etc/subuid and /etc/subgid give them"
        if "rlimit" in reason:
            reason += "; `containerOptions` can lower the limits, as in `--ulimit nofile=1024:1024`"
        return Outcome(_START_FAILED, f"{START_ERROR}: {reason}")

    def _state(self, name: str) -> dict[str, Any]:
        answer = self._containers.ask("inspect", "--type", "container", "--format", "{{json .State}}", name)
        if answer.code:
            return {}
        found: dict[str, Any] = json.loads(answer.out)
        return found

    def address(self, workspace: Workspace) -> str:
        """Return the address of a pod, "" as long as it has none."""
        files = _of(workspace)
        if "host" in (self._everywhere, self._containers.network):
            return "127.0.0.1"
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        name = self._holders.get(files.node, files.name)
        return (self._containers.ask("inspect", "--format", form, name).out.split() or [""])[0]

    def succeeds(self, program: Program, workspace: Workspace, command: list[str], timeout: float) -> bool:
        """Whether a command succeeds in time in the container of a program that runs."""
        del program  # the container has its environment
        line = self._containers.line("exec", _of(workspace).name, *command)
        return succeeds(line, dict(self._containers.environment), timeout)

    def copy_out(self, workspace: Workspace, paths: Iterable[str]) -> str:
        """Copy out of a container what is in it alone; return what is wrong."""
        try:
            for path in paths:
                _of(workspace).copy_out(path, self._containers)
        except OSError as error:
            return str(error)
        return ""

    def must_be_copied(self, workspace: Workspace, paths: Iterable[str]) -> list[str]:
        """Return the paths whose files are in the container alone."""
        return [path for path in paths if _of(workspace).is_inside(path)]

    def noted_exit_code(self, workspace: Workspace) -> int | None:
        """Return how a container ended while no engine was there."""
        state, code = self._survivors.get(_of(workspace).name, ("", 0))
        return code if state == "exited" else None

    def adopt(self, workspace: Workspace) -> int:
        """Wait for a container that an earlier engine has started, if it runs and its output goes to its log."""
        files = _of(workspace)
        if self._survivors.get(files.name, ("", 0))[0] != "running" or not self._client(files):
            return 0
        files.adopted = True
        line = self._containers.line("wait", files.name)
        return self._spawn(line, dict(self._containers.environment), files, os.devnull, os.devnull)

    def _client(self, files: ContainerFiles) -> int:
        """Return the client that an earlier engine has started for a container, 0 if it is gone."""
        with contextlib.suppress(OSError, ValueError):
            with open(os.path.join(files.root, _CLIENT), encoding="utf-8") as file:
                pid = int(file.read())
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                return pid if files.name in file.read().split("\0") else 0
        return 0

    def forget(self, workspace: Workspace) -> None:
        """Remove what an earlier engine has left of a pod."""
        files = _of(workspace)
        client = self._client(files)
        if client:
            os.kill(client, signal.SIGKILL)
        left = [name for name in self._survivors if name == files.name or name.startswith(f"{files.name}.")]
        if left:
            self._remover.remove(left)

    def discard(self, workspace: Workspace, task: Task) -> None:
        """Remove the containers of a task, beside."""
        files = _of(workspace)
        others = [item.name for item in all_programs(task) if item is not main_of(task)]
        holder = self._holders.pop(task.node, None)
        names = [*(f"{files.name}.{item}" for item in others), files.name]
        self._remover.add([*names, holder] if holder else names)

    def remove(self, root: str) -> None:
        """Remove the folder of a task; what containers of others have left in it needs their rights."""
        try:
            remove_folder(root)
        except PermissionError:
            if self._containers.is_podman:
                self._containers.ask("unshare", "rm", "-rf", root)

    def close(self) -> None:
        """Remove all containers of the run."""
        self._remover.finish()


def _names(text: str, program: str) -> bool:
    """Whether an error is about a program, and not about one that podman or docker lack themselves."""
    return re.search(rf"(?<![-\w./]){re.escape(program)}(?![-\w./])", text) is not None


def _of(workspace: Workspace) -> ContainerFiles:
    assert isinstance(workspace, ContainerFiles)
    return workspace
