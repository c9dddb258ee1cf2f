"""The changes of a run on an Argo Server, through streams that are cut."""

from collections.abc import Iterator, Sequence

from yamlflow.argo.phases import is_final
from yamlflow.targets.argo_errors import ExpiredError, UnreachableError
from yamlflow.targets.argo_http import Api
from yamlflow.targets.argo_patience import Patience
from yamlflow.targets.protocol import RunNotFoundError, Workflow


def has_ended(workflow: Workflow) -> bool:
    """Whether a run has ended."""
    return is_final((workflow.get("status") or {}).get("phase") or "")


def watch(api: Api, workflow: Workflow, delays: Sequence[float]) -> Iterator[Workflow]:
    """Yield the states that follow a known one, until the final one.

    A stream that was cut goes on from the last version that it brought. One that just ended, or whose version the
    server does not know any more, goes on from the state of now.
    """
    patience = Patience(delays)
    look = False
    while not has_ended(workflow):
        cause: UnreachableError | None = None
        patience.begin()
        try:
            for newest in _changes(api, workflow, look=look):
                patience.progress()
                workflow = newest
                yield workflow
                if has_ended(workflow):
                    return
        except RunNotFoundError:
            raise _deleted(workflow["metadata"]["name"]) from None
        except UnreachableError as error:
            cause = error
        look = cause is None or isinstance(cause, ExpiredError)
        patience.wait(cause)


def _changes(api: Api, workflow: Workflow, *, look: bool) -> Iterator[Workflow]:
    """Yield what follows a state, from one stream; with `look`, the state of now comes first if it is another."""
    name, version = workflow["metadata"]["name"], _version(workflow)
    if look:
        now = _same(workflow, api.get(name))
        if _version(now) != version:
            yield now
        version = _version(now)
    query = {"listOptions.fieldSelector": f"metadata.name={name}", "listOptions.resourceVersion": version}
    for event in api.events(name, query):
        newest = _same(workflow, event["object"])
        if event["type"] == "DELETED" and not has_ended(newest):
            raise _deleted(name)
        if _version(newest) != version:
            version = _version(newest)
            yield newest


def _version(workflow: Workflow) -> str:
    return str(workflow["metadata"].get("resourceVersion") or "")


def _same(workflow: Workflow, newest: Workflow) -> Workflow:
    """Return the newest state, unless another run has taken the name."""
    if newest["metadata"].get("uid") != workflow["metadata"].get("uid"):
        raise _deleted(workflow["metadata"]["name"])
    return newest


def _deleted(name: str) -> RunNotFoundError:
    return RunNotFoundError(f"run `{name}` was deleted before it ended")
