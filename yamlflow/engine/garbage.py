"""Removing the artifacts that nobody wants any more when a run has ended or is deleted, as `artifactGC` says."""

from collections.abc import Iterable, Iterator
from typing import Any

from yamlflow.engine.artifacts.driver import DriverError, reader
from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.artifacts.transfer import is_remote
from yamlflow.engine.node import Node
from yamlflow.engine.objects import Secrets
from yamlflow.engine.state import State
from yamlflow.engine.store.shared import forget_artifact
from yamlflow.engine.store.store import Store

MENTION = "artifactGC"
"""What is in the text of a manifest that has something removed."""
_AT_THE_END, _WITH_THE_RUN = "OnWorkflowCompletion", "OnWorkflowDeletion"
_Artifact = dict[str, Any]


def collect_garbage(state: State, store: Store, repository: Repository, secrets: Secrets) -> None:
    """Remove what was to be kept for the time of the run only, and say so in its status."""
    found = list(_unwanted(state, (_AT_THE_END,)))
    if not found:
        return
    problems = []
    for _, artifact in found:
        try:
            if is_remote(artifact):
                _remove(artifact, secrets)
            else:
                _forget(artifact, state.uid, store, repository)
            artifact["deleted"] = True
        except DriverError as error:
            problems.append(f"{artifact['name']}: {error}")
    state.status["artifactGCStatus"] = {"strategiesProcessed": {_AT_THE_END: True}}
    if problems:
        state.status["conditions"] = [{"type": "ArtifactGCError", "status": "True", "message": "; ".join(problems)}]
    nodes = {node.id: node for node, _ in found}
    store.apply(state.uid, nodes.values(), (state.phase, state.status, state.shutdown))


def outlived(state: State) -> list[_Artifact]:
    """Return the artifacts outside of this machine that are to go when their run is deleted."""
    found = (artifact for _, artifact in _unwanted(state, (_AT_THE_END, _WITH_THE_RUN)))
    return [artifact for artifact in found if is_remote(artifact)]


def remove_all(artifacts: Iterable[_Artifact], secrets: Secrets) -> list[str]:
    """Remove artifacts from where they are outside of this machine; return what went wrong."""
    problems = []
    for artifact in artifacts:
        try:
            _remove(artifact, secrets)
        except DriverError as error:
            problems.append(f"artifact `{artifact['name']}`: {error}")
    return problems


def may_be_left(state: State) -> bool:
    """Whether a run may be deleted though its artifacts could not be removed."""
    return bool((state.spec.get("artifactGC") or {}).get("forceFinalizerRemoval"))


def _unwanted(state: State, strategies: tuple[str, ...]) -> Iterator[tuple[Node, _Artifact]]:
    general = (state.spec.get("artifactGC") or {}).get("strategy")
    for node in state.nodes.values():
        for artifact in (node.outputs or {}).get("artifacts") or []:
            wanted = (artifact.get("artifactGC") or {}).get("strategy") or general
            if wanted in strategies and not artifact.get("deleted"):
                yield node, artifact


def _forget(artifact: _Artifact, uid: str, store: Store, repository: Repository) -> None:
    with store.writing() as db:
        unused = forget_artifact(db, uid, str((artifact.get("s3") or {}).get("key") or ""))
    for digest in unused:
        repository.discard(digest)


def _remove(artifact: _Artifact, secrets: Secrets) -> None:
    if not artifact.get("s3"):
        raise DriverError("delete not supported for this artifact storage")
    from yamlflow.engine.artifacts.drivers import s3

    s3.remove(artifact, reader(secrets))
