"""Starting a run and showing it until its end."""

from collections.abc import Callable
from time import time

from yamlflow.app import runs
from yamlflow.app.follow import Follower
from yamlflow.app.status import is_final, phase_of, status_of
from yamlflow.app.tree import Workflow
from yamlflow.cli.console import Console
from yamlflow.cli.interrupts import Interrupts
from yamlflow.cli.view import PlainView, View
from yamlflow.cli.view_live import LiveView
from yamlflow.targets.protocol import Target, TargetError

_TICK = 0.1


def start_and_follow(console: Console, open_target: Callable[[], Target], manifest: Workflow) -> int:
    """Start a run, show it, and end it if the viewer goes away before its end. Return the exit code."""
    target = open_target()
    with Interrupts() as interrupts:
        workflow = target.submit(manifest)
        name = runs.name_of(workflow)
        try:
            view = _view(console, target, workflow)
            workflow = _follow(view, Follower(open_target(), name), target, workflow, interrupts)
        except TargetError:
            raise
        except BaseException:  # what shows the run is gone, so the run ends too
            if not interrupts.noted:
                target.stop(name, terminate=True)
            raise
    if interrupts.noted:
        return interrupts.exit_code
    return 0 if phase_of(workflow) == "Succeeded" else 1


def _view(console: Console, target: Target, workflow: Workflow) -> View:
    name = runs.name_of(workflow)
    kind = LiveView if console.out.terminal else PlainView
    return kind(console, workflow, target.name, lambda node, count: runs.last_lines(target, name, node, count), time)


def _follow(view: View, follower: Follower, target: Target, workflow: Workflow, interrupts: Interrupts) -> Workflow:
    """Show each change until the end."""
    name = runs.name_of(workflow)
    asked = told = False
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
            if interrupts.noted and not asked and not is_final(workflow):
                asked = True
                view.stopping()
                target.stop(name, terminate=True)
    except BaseException:
        view.leave()
        raise
    view.finish(workflow)
    return workflow
