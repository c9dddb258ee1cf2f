"""Mutexes and semaphores: a node waits until all its locks are free; they are shared by all runs of the machine."""

from typing import Any

from yamlflow.argo.phases import FAILED, PENDING
from yamlflow.engine.events import Acquire, Lock
from yamlflow.engine.node import DAG, HTTP, POD, RETRY, STEPS, SUSPEND, Node
from yamlflow.engine.objects import Objects, config_values
from yamlflow.engine.run import Call, Run, holder_of
from yamlflow.engine.scope import Scope, SubstitutionError, fill_data
from yamlflow.engine.templates import TemplateDict, kind_of

_TYPES = {"steps": STEPS, "dag": DAG, "suspend": SUSPEND, "http": HTTP}


def type_of(template: TemplateDict) -> str:
    """Return the type of the nodes that a template makes, as far as it alone says it."""
    if template.get("retryStrategy") is not None:
        return RETRY
    return _TYPES.get(kind_of(template), POD)


def locks_of(synchronization: dict[str, Any], namespace: str, objects: Objects, scope: Scope) -> tuple[Lock, ...]:
    """Return the locks that a template or a workflow wants, each once."""
    filled = fill_data(synchronization, scope)
    found: dict[str, Lock] = {}
    for item in filled.get("mutexes") or []:
        kind = "Database" if item.get("database") else "Mutex"
        name = f"{item.get('namespace') or namespace}/{kind}/{item.get('name', '')}"
        found.setdefault(name, Lock(name, 1))
    for item in filled.get("semaphores") or []:
        reference = item.get("configMapKeyRef") or {}
        config, key = str(reference.get("name", "")), str(reference.get("key", ""))
        place = f"ConfigMap/{config}/{key}"
        if item.get("database"):
            lock = f"{item.get('namespace') or namespace}/Database/{item['database'].get('key', '')}"
            raise SubstitutionError(f"database session is not available for semaphore {lock}")
        name = f"{item.get('namespace') or namespace}/{place}"
        text = (config_values(objects, config) or {}).get(key, "")
        if not text.strip().isdigit() or not int(text):
            raise SubstitutionError(f"failed to initialize semaphore {name} with limit")
        found.setdefault(name, Lock(name, int(text)))
    return tuple(found.values())


def wait(run: Run, call: Call, template: TemplateDict, inputs: dict[str, Any] | None, locks: tuple[Lock, ...]) -> Node:
    """Make a node that waits for its locks."""
    retried = run.state.spec.get("retryStrategy") is not None
    node = run.create(call, RETRY if retried else type_of(template), PENDING)
    node.inputs = inputs
    run.state.count(node, -1)
    node.call["locks"] = [list(lock) for lock in locks]
    run.state.count(node, 1)
    ask(run, node)
    return node


def ask(run: Run, node: Node) -> None:
    """Ask for the locks of a node."""
    locks = tuple(Lock(*item) for item in node.call["locks"])
    run.actions.append(Acquire(node.id, locks, int(run.state.spec.get("priority") or 0)))


def is_waiting(run: Run, node: Node) -> bool:
    """Whether a node has not got its locks, or has not begun with them."""
    return node.waits_for_locks and run.state.nodes.get(node.id) is node


def denied(run: Run, node: Node, lock: str, message: str) -> None:
    """Say what a node waits for."""
    if node.message != message:
        node.synchronization = {"waiting": lock}
        run.mark(node, PENDING, message)


def wake(run: Run, node: Node) -> None:
    """A time of a waiting node has come, or the run is shut down."""
    from yamlflow.engine.pods import workflow_deadline

    if not node.active:
        return
    state = run.state
    limit = workflow_deadline(run)
    if state.shutdown and not (node.call.get("onExit") and state.shutdown == "Stop"):
        run.mark(node, FAILED, f"Stopped with strategy '{state.shutdown}'")
    elif limit is not None and limit <= run.now and not node.call.get("onExit"):
        run.mark(node, FAILED, f"{node.name} exceeded its deadline")
    elif node.id in state.granted:
        go_on(run, node)


def go_on(run: Run, node: Node) -> None:
    """Begin a node that has got its locks."""
    from yamlflow.argo.phases import ERROR
    from yamlflow.engine.execute import begin
    from yamlflow.engine.run import ExecutionError

    run.state.granted.add(node.id)
    inputs = node.inputs or {}
    arguments = {key: inputs.get(key) or [] for key in ("parameters", "artifacts")}
    call = Call(
        node.name, holder_of(node), arguments, node.owner, node.boundary, node.scope, node.call.get("place", "")
    )
    call = call._replace(hooked=node.hooked, on_exit=bool(node.call.get("onExit")))
    try:
        if begin(run, call) is None:
            run.state.blocked[node.id] = None
    except ExecutionError as error:
        if node.active:
            run.mark(node, ERROR, str(error))
        run.raised[node.id] = str(error)
