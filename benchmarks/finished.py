"""A run of which all tasks of a loop are over, without one having been run."""

import time

import generate
import yaml

from yamlflow.argo.durations import format_rfc3339
from yamlflow.engine.events import Ended, Event, Start, Started
from yamlflow.engine.home import RunFolder
from yamlflow.engine.reconcile import reconcile
from yamlflow.engine.state import State
from yamlflow.engine.store.store import Store

_UID = "00000000-0000-4000-8000-000000000000"


def make_finished(home: str, name: str, count: int) -> None:
    """Store a run of a loop and a task after it, which alone has not begun; its engine is gone."""
    manifest = yaml.safe_load(generate.loop(count))
    made = {"name": name, "namespace": "kubeflow", "uid": _UID, "creationTimestamp": format_rfc3339(time.time())}
    manifest["metadata"] = made
    RunFolder(home, _UID).make()
    store = Store(home)
    store.create(manifest, time.time(), {})
    state = State(manifest)
    events: list[Event] = []
    while True:
        changes, actions = reconcile(state, events, time.time())
        store.apply(_UID, changes.nodes, (state.phase, state.status, state.shutdown))
        begun = [action.node for action in actions if isinstance(action, Start)]
        if all(state.nodes[node].template == "last" for node in begun):
            break
        events = [event for node in begun for event in (Started(node, "host"), Ended(node, 0))]
    store.close()
