"""Wide loops: not all of them is stored at each step, and nothing of it is lost."""

import pytest

from yamlflow.engine.events import Ended, Start, Started
from yamlflow.engine.reconcile import reconcile, resume_stored
from yamlflow.engine.service import read_state
from yamlflow.engine.store.store import Store

UID = "u"
COUNT = 700
EACH = {"name": "each", "template": "one", "withSequence": {"count": str(COUNT)}}
ONE = {"name": "one", "container": {"image": "busybox", "command": ["true"]}}
SHAPES = {
    "steps": {"name": "main", "steps": [[EACH]]},
    "dag": {"name": "main", "dag": {"tasks": [EACH, {"name": "after", "template": "one", "depends": "each"}]}},
}


def _manifest(shape):
    spec = {"entrypoint": "main", "parallelism": 8, "templates": [SHAPES[shape], ONE]}
    return {"metadata": {"name": "wf", "namespace": "kubeflow", "uid": UID}, "spec": spec}


class Engine:
    """An engine over a store, whose tasks end at once."""

    def __init__(self, store):
        row = store.by_uid(UID)
        self.store = store
        self.state = read_state(store, row, {})

    def take(self, decided):
        """Store what was decided; return what happens next."""
        changes, actions = decided
        self.store.apply(UID, changes.nodes, (self.state.phase, self.state.status, ""))
        begun = [action.node for action in actions if isinstance(action, Start)]
        return [event for node in begun for event in (Started(node, "host"), Ended(node, 0))]

    def run(self, steps=-1):
        """Run to the end, or so many steps."""
        begin = resume_stored if self.state.phase else lambda state, now: reconcile(state, [], now)
        events = self.take(begin(self.state, 1.0))
        while events and steps:
            steps -= 1
            events = self.take(reconcile(self.state, events, 1.0))


def _run(path, shape, *stops):
    """Run with engines that are killed after so many steps; return all nodes as stored."""
    store = Store(str(path))
    store.create(_manifest(shape), 1.0, {})
    for steps in (*stops, -1):
        Engine(store).run(steps)
    return store.node_statuses(UID)


@pytest.mark.parametrize("shape", SHAPES)
def test_children_are_found_again(tmp_path, shape) -> None:
    whole = _run(tmp_path / "whole", shape)
    killed = _run(tmp_path / "killed", shape, 41, 3, 17)
    assert killed == whole
    assert max(len(node.get("children", ())) for node in whole) == COUNT
    assert {node["phase"] for node in whole} == {"Succeeded"}
    assert len(whole) == COUNT + {"steps": 2, "dag": 3}[shape]
