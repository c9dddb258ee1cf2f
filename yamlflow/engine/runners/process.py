"""Running tasks: the programs of each are started, waited for and ended; by whom, a launcher knows."""

import os
import selectors
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from signal import SIGTERM

from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.artifacts.transfer import Finder, Transfer, is_remote, reason
from yamlflow.engine.events import Ended, Ready, Started, Waiting
from yamlflow.engine.home import RunFolder, remove_folder
from yamlflow.engine.runners.account import keep_account
from yamlflow.engine.runners.children import Children
from yamlflow.engine.runners.collect import BEFORE_IT, FAILED_TO_SAVE, Collected, bring_in, collect
from yamlflow.engine.runners.launch import MissingProgramError, outputs_of, paths_of
from yamlflow.engine.runners.launching import Launching
from yamlflow.engine.runners.outcome import Outcome
from yamlflow.engine.runners.output import output_pipes
from yamlflow.engine.runners.pod import MISSING_PROGRAM, Pod, Process, main_of
from yamlflow.engine.runners.probe import wait_until_ready
from yamlflow.engine.runners.progress import ProgressFiles, news_of
from yamlflow.engine.runners.protocol import Report, Told
from yamlflow.engine.runners.remains import Remains
from yamlflow.engine.runners.settings import Settings
from yamlflow.engine.runners.spares import Spares
from yamlflow.engine.runners.volumes import Volumes
from yamlflow.engine.runners.workers import Done, Job, Workers
from yamlflow.engine.scope import SubstitutionError
from yamlflow.engine.task import MAIN, Program, Task


class PodRunner:
    """Runs tasks, so many at a time."""

    def __init__(
        self,
        folder: RunFolder,
        launcher: Launching,
        repository: Repository,
        known: Finder,
        selector: selectors.BaseSelector,
        volumes: Volumes,
        settings: Settings,
    ) -> None:
        self._folder = folder
        for path in (folder.work, folder.logs):
            os.makedirs(path, exist_ok=True)
        self._launcher = launcher
        self._repository = repository
        self._known = known
        self._selector = selector
        self._volumes = volumes
        self._settings = settings
        self._waiting: OrderedDict[str, Callable[[], Task]] = OrderedDict()
        self._begun: dict[str, Pod] = {}
        self._children = Children()
        self._reports: list[Report] = []
        self._asking: set[str] = set()
        self._unclear = 0
        self._spares = Spares(folder.work, launcher.shown)
        self._remains = Remains(launcher, volumes, self._spares)
        self._workers = Workers(selector)
        self._progress = ProgressFiles()

    def start(self, node: str, make: Callable[[], Task]) -> None:
        """Run the task of a node as soon as there is room; it is made then, for there may be very many."""
        self._waiting[node] = make
        self._fill()

    def ask(self, node: str, job: Callable[[], Ended]) -> None:
        """Do what needs no program, such as the request of an `http` template."""
        self._asking.add(node)
        self._report(Started(node, self._settings.host))
        self._workers.run_beside(job, self._answered)

    def _answered(self, event: Ended) -> None:
        if event.node in self._asking:
            self._asking.discard(event.node)
            self._report(event)

    def refuse(self, node: str, message: str) -> None:
        """Report a task that cannot be run because its template cannot be filled in."""
        self._report(Ended(node, None, error=message))

    def _fill(self) -> None:
        while self._waiting and len(self._begun) < self._settings.limit:
            node, make = self._waiting.popitem(last=False)
            try:
                self._begin(make())
            except SubstitutionError as error:
                self.refuse(node, str(error))
            except OSError as error:
                self._begun.pop(node, None)
                self.refuse(node, BEFORE_IT + reason(error))

    def _begin(self, task: Task) -> None:
        root = os.path.join(self._folder.work, task.node)
        if os.path.exists(root):
            if self._take_over(task, root):
                return
            self._remains.remove(root)
        if not self._launcher.furnish(root, task):
            self._spares.move_to(root)
        pod = self._begun[task.node] = self._pod(task, root)
        if self._launcher.slow:
            tell = self._workers.teller(lambda message: self._report(Waiting(task.node, message)))
            self._workers.run_beside(
                lambda: self._launcher.prepare(task, tell),
                lambda wrong: self._loaded(pod, wrong) if wrong else self._bring_in(pod),
            )
        else:
            self._bring_in(pod)

    def _bring_in(self, pod: Pod) -> None:
        """Bring in the input artifacts, if there are any, and begin."""
        if pod.task.inputs:
            known, place = self._known, pod.workspace.place
            far = known.bucket is not None or any(map(is_remote, pod.task.inputs))
            job = partial(bring_in, pod.task, self._repository, known, place, self._settings.secrets)
            self._transfer(job, lambda found: self._loaded(pod, found), far=far)
        else:
            self._loaded(pod, ())

    def _transfer(self, job: Job, done: Done, *, far: bool) -> None:
        """Copy artifacts, those from and to elsewhere each by itself: a slow server must not keep the others."""
        (self._workers.run_beside if far else self._workers.run)(job, done)

    def _pod(self, task: Task, root: str) -> Pod:
        volumes = self._volumes.make(task.volumes, root)
        return Pod(task, root, volumes, self._launcher.workspace(root, main_of(task), paths_of(task), volumes))

    def _take_over(self, task: Task, root: str) -> bool:
        """Take the outputs of a program that ended when its engine was gone, if nothing of them is lost."""
        pod = self._pod(task, root)
        launcher, whole = self._launcher, pod.is_told_by_a_code and not self._settings.masker
        code = launcher.noted_exit_code(pod.workspace) if whole else None
        pid = launcher.adopt(pod.workspace) if whole and code is None else 0
        if code is None and not pid:
            launcher.forget(pod.workspace)
            return False
        self._begun[task.node] = pod
        if pid:
            self._children.add(Process(pod, pod.main, pod.workspace), pid)
        else:
            pod.codes[pod.main.name] = code or 0
        self._announce(pod)
        if code is not None:
            self._collect(pod)
        return True

    def _loaded(self, pod: Pod, found: tuple[Transfer, ...] | str) -> None:
        """The input artifacts are there, or cannot be had."""
        if pod.killed is None and not isinstance(found, str):
            pod.read = found
            try:
                self._advance(pod)
            except OSError as error:
                found = BEFORE_IT + reason(error)
        if pod.killed is not None or isinstance(found, str):
            self._drop(pod)
            self._fill()
        if isinstance(found, str):
            self.refuse(pod.task.node, found)
        elif pod.killed is not None and pod.task.node not in self._begun:
            self._report(Ended(pod.task.node, 128 + SIGTERM))

    def _advance(self, pod: Pod) -> None:
        """Start what can be started of a task; when nothing is left to be done, end it."""
        while pod.killed is None and (programs := list(pod.startable())):
            for program in programs:
                self._spawn(pod, program)
        if pod.processes and (pod.work_is_over or pod.killed is not None):
            self._end_rest(pod)
        elif not pod.processes and not pod.attempts:
            self._collect(pod)

    def _end_rest(self, pod: Pod) -> None:
        """End the programs beside those that have done their work."""
        if pod.killed is None and not pod.ending:
            pod.ending = True
            pod.killed = time.monotonic() + pod.task.grace
            self._signal(pod, force=False)

    def _spawn(self, pod: Pod, program: Program) -> None:
        pod.attempts.begin(program.name)
        workspace = pod.workspace_of(program, self._launcher.workspace)
        process = Process(pod, program, workspace)
        log = self._log_of(pod, program)
        keep = pod.task.wants_result and program is pod.main
        process.pipes, stdout, stderr = output_pipes(log, self._selector, self._settings.masker, keep=keep)
        try:
            self._children.add(process, self._launcher.start(program, workspace, stdout, stderr))
        except MissingProgramError as error:
            open(log, "ab").close()
            pod.codes[program.name] = MISSING_PROGRAM
            pod.failures[program.name] = str(error)
        finally:
            for pipe in process.pipes:
                pipe.listen()
        if not process.pid:
            for pipe in process.pipes:
                pipe.finish()
            return
        if program in pod.task.programs:
            self._announce(pod)

    def _announce(self, pod: Pod) -> None:
        """Report that a task runs."""
        if pod.announced:
            return
        pod.announced = True
        self._report(Started(pod.task.node, self._settings.host), read=pod.read)
        if pod.task.probe is not None:
            self._workers.run_beside(
                lambda: wait_until_ready(pod, self._launcher),
                lambda address: self._ready(pod, address),
            )

    def _ready(self, pod: Pod, address: str) -> None:
        if address and pod.processes:
            self._report(Ready(pod.task.node, address))

    def kill(self, node: str) -> None:
        """End the programs of a node: kindly, and some seconds later by force."""
        if self._waiting.pop(node, None):
            self._report(Ended(node, 128 + SIGTERM))
        if node in self._asking:
            self._answered(Ended(node, 128 + SIGTERM))
        pod = self._begun.get(node)
        if pod is None or (pod.killed is not None and not pod.ending):
            return
        pod.ending = False
        pod.killed = time.monotonic() + pod.task.grace
        self._signal(pod, force=False)
        if pod.attempts:
            pod.codes |= pod.attempts.give_up()
            self._advance(pod)

    def _signal(self, pod: Pod, *, force: bool) -> None:
        for process in pod.processes.values():
            self._launcher.end(process.pid, process.workspace, force=force)

    def reports(self) -> list[Report]:
        """Return what has happened since the last call."""
        for process, code in self._children.ended():
            self._left(process, code)
        for pod in list(self._begun.values()):
            if pod.killed is not None and pod.killed <= time.monotonic():
                pod.killed = float("inf")
                self._signal(pod, force=True)
            elif pod.attempts.due <= time.monotonic():
                self._go_on(pod)
        for event in self._progress.look(self._begun.values()):
            self._report(event)
        reports, self._reports = self._reports, []
        return reports

    def _left(self, process: Process, code: int) -> None:
        """The process of a program is over: see how the program has ended."""
        launcher, log = self._launcher, self._log_of(process.pod, process.program)

        def look() -> Outcome:
            return launcher.outcome(code, process.workspace, log)

        if launcher.is_unclear(code, process.workspace):
            self._unclear += 1
            self._workers.run_beside(look, lambda outcome: self._seen(process, outcome))
        else:
            self._ended(process, look())

    def _seen(self, process: Process, outcome: Outcome) -> None:
        self._unclear -= 1
        self._ended(process, outcome)

    def _log_of(self, pod: Pod, program: Program) -> str:
        return self._folder.task_log(pod.task.node, pod.log_name(program))

    def _ended(self, process: Process, outcome: Outcome) -> None:
        """A program is over: see what follows in its task."""
        pod, name = process.pod, process.program.name
        del pod.processes[process.pid]
        self._launcher.is_over(process.pid, process.workspace)
        for pipe in process.pipes:
            text = pipe.finish()
            if pipe.problem:
                pod.failures[name] = pipe.problem
            if pipe is process.pipes[0] and pod.task.wants_result and process.program is pod.main:
                pod.result = (pod.result or "") + text
        if outcome == Outcome(outcome.code) and pod.tries_again(process.program, outcome.code):
            self._go_on(pod)
            return
        pod.codes[name] = outcome.code
        if outcome.failure:
            pod.failures[name] = outcome.failure
        if outcome.refused:
            self.refuse(pod.task.node, f"{BEFORE_IT}{outcome.refused}")
            self._signal(pod, force=True)
            self._drop(pod)
            self._fill()
            return
        self._go_on(pod)

    def _go_on(self, pod: Pod) -> None:
        """Start what comes next in a task that runs."""
        try:
            self._advance(pod)
        except OSError as error:
            self._drop(pod)
            what = FAILED_TO_SAVE if MAIN in pod.codes else BEFORE_IT
            self._report(Ended(pod.task.node, pod.codes.get(MAIN), error=what + reason(error)))

    def _collect(self, pod: Pod) -> None:
        """Take the outputs of a task whose programs have ended."""
        task = pod.task
        if task.node not in self._begun:
            return
        inside = self._launcher.must_be_copied(pod.workspace, outputs_of(task)) if pod.announced else []
        if inside:
            self._workers.run_beside(
                lambda: self._launcher.copy_out(pod.workspace, inside), lambda wrong: self._take_outputs(pod, wrong)
            )
        else:
            self._take_outputs(pod)

    def _take_outputs(self, pod: Pod, wrong: str = "") -> None:
        task = pod.task
        log = self._folder.task_log(task.node)

        def take() -> Collected:
            return collect(task, task.prefix, self._repository, pod.workspace.find, log, self._settings.secrets)

        if not pod.announced or wrong:
            self._finished(pod, Collected({}, [], wrong and FAILED_TO_SAVE + wrong))
        elif task.artifacts or task.keeps_log:
            far = any(map(is_remote, task.artifacts))
            self._transfer(take, lambda found: self._finished(pod, found), far=far)
        else:
            self._finished(pod, take())

    def _finished(self, pod: Pod, found: Collected) -> None:
        outputs = dict(found.outputs)
        if pod.result is not None:
            outputs["result"] = pod.result.removesuffix("\n")
        ended = Ended(pod.task.node, pod.codes.get(MAIN), outputs, pod.failures.get(MAIN, ""), found.error)
        ended = ended._replace(containers=pod.containers(), beside=tuple(item.name for item in pod.task.beside))
        read = () if pod.announced else pod.read
        for event in news_of(pod):
            self._report(event)
        keep_account(self._folder.task_account(pod.task.node), pod, self._settings.masker)
        self._report(ended, read=read, written=tuple(found.kept))
        self._drop(pod)
        self._fill()

    def _drop(self, pod: Pod) -> None:
        self._begun.pop(pod.task.node, None)
        self._launcher.discard(pod.workspace, pod.task)
        self._remains.add(pod)

    def put_away(self) -> None:
        """Keep the workspaces of tasks of which it is stored how they ended: until then they tell that."""
        self._remains.put_away()

    def tidy(self) -> None:
        """Remove what finished tasks left; done while others run, because it takes longer than it should."""
        self._remains.remove_rubbish()
        self._launcher.get_ready(self._spares.move_to, self._folder.work, len(self._begun))

    def _report(self, event: Told, *, read: tuple[Transfer, ...] = (), written: tuple[Transfer, ...] = ()) -> None:
        self._reports.append(Report(event, read, written))

    def next_time(self) -> float | None:
        """Return (by the monotonic clock) when `reports` must be called again at the latest, or None."""
        times = [pod.next_time for pod in self._begun.values()]
        times += [self._progress.next_time] if times else []
        return min((item for item in times if item is not None), default=None)

    @property
    def has_news(self) -> bool:
        """Whether `reports` would return something at once."""
        return bool(self._reports)

    @property
    def busy(self) -> bool:
        """Whether any program still runs."""
        return bool(self._children or self._unclear)

    def close(self) -> None:
        """End every program that still runs."""
        self._waiting.clear()
        for process in self._children:
            self._launcher.end(process.pid, process.workspace, force=True)
        self._children.wait()
        self._launcher.close()
        remove_folder(self._volumes.all_secrets)
