"""Starting a run and showing it until its end."""

from collections.abc import Callable
from time import time
from typing import Protocol

from yamlflow.app import runs
from yamlflow.app.failures import account
from yamlflow.app.follow import Follower
from yamlflow.app.status import is_final, phase_of, status_of
from yamlflow.app.tree import Workflow
from yamlflow.cli.console import Console
from yamlflow.cli.failed import tail_of
from yamlflow.cli.interrupts import Interrupts
from yamlflow.cli.view import PlainView, View
from yamlflow.cli.view_live import LiveView
from yamlflow.targets.protocol import Target, TargetError

_TICK = 0.1


class Beside(Protocol):
    """What goes on beside a run that is shown."""

    def begin(self, wake: Callable[[], None]) -> None:
        """Begin; `wake`, called from any thread, leads to a look at once."""
        ...

    def look(self, view: View) -> bool:
        """Do what there is to do now; return whether the run must make way."""
        ...


def start_and_follow(
    console: Console,
    open_target: Callable[[], Target],
    manifest: Workflow,
    beside: Beside | None = None,
    target: Target | None = None,
) -> int:
    """Start a run, show it, and end it if the viewer goes away before its end. Return the exit code.

    `target` is one that is open already, with what comes along.
    """
    target = target or open_target()
    with Interrupts() as interrupts:
        workflow = target.submit(manifest)
        name = runs.name_of(workflow)
        try:
            view = _view(console, target, workflow)
            follower = Follower(open_target(), name)
            workflow = _follow(view, follower, target, workflow, interrupts, ours=True, beside=beside)
        except TargetError:
            raise
        except BaseException:  # what shows the run is gone, so the run ends too
            if not interrupts.noted:
                runs.terminate(target, name)
            raise
    if interrupts.noted:
        return interrupts.exit_code
    return 0 if phase_of(workflow) == "Succeeded" else 1


def follow_started(console: Console, open_target: Callable[[], Target], workflow: Workflow) -> int:
    """Show a run until its end; it goes on if the viewer goes away. Return the exit code."""
    target = open_target()
    name = runs.name_of(workflow)
    with Interrupts() as interrupts:
        view = _view(console, target, workflow)
        workflow = _follow(view, Follower(open_target(), name), target, workflow, interrupts, ours=False)
    if interrupts.noted:
        console.note(f"{name} goes on; `yamlflow get {name}` shows it")
        return interrupts.exit_code
    return 0 if phase_of(workflow) == "Succeeded" else 1


def _view(console: Console, target: Target, workflow: Workflow) -> View:
    kind = LiveView if console.out.terminal else PlainView
    name = runs.name_of(workflow)
    return kind(console, workflow, target.name, tail_of(target, name), time, lambda node: account(target, name, node))


def _follow(
    view: View,
    follower: Follower,
    target: Target,
    workflow: Workflow,
    interrupts: Interrupts,
    *,
    ours: bool,
    beside: Beside | None = None,
) -> Workflow:
    """Show each change until the end; one that is ours is ended with the viewer."""
    name = runs.name_of(workflow)
    asked = told = False
    if beside:
        beside.begin(follower.wake)
    try:
        while not follower.ended:
            newest = follower.newest(_TICK)
            if newest is not None:
                workflow = newest
                if not told and (is_final(workflow) or status_of(workflow).get("nodes")):
                    told = True
                    for notice in target.notices(name):
                        view.say(notice)
                view.update(workflow)
            else:
                view.tick()
            if interrupts.noted and not ours:
                view.leave()
                return workflow
            over = beside is not None and not interrupts.noted and beside.look(view)
            if (interrupts.noted or over) and not asked and not is_final(workflow):
                asked = True
                view.stopping()
                runs.terminate(target, name)
    except BaseException:
        view.leave()
        raise
    view.finish(workflow)
    return workflow
