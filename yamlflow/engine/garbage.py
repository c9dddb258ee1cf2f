"""Removing the artifacts that nobody wants any more when a run has ended, as `artifactGC` says."""

from collections.abc import Iterator
from typing import Any

from yamlflow.engine.artifacts.driver import DriverError, reader
from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.artifacts.transfer import is_remote
from yamlflow.engine.node import Node
from yamlflow.engine.objects import Secrets
from yamlflow.engine.state import State
from yamlflow.engine.store.shared import forget_artifact
from yamlflow.engine.store.store import Store

_AT_THE_END = "OnWorkflowCompletion"
_Artifact = dict[str, Any]


def collect_garbage(state: State, store: Store, repository: Repository, secrets: Secrets) -> None:
    """Remove what was to be kept for the time of the run only, and say so in its status."""
    found = list(_unwanted(state))
    if not found:
        return
    problems = []
    for _, artifact in found:
        try:
            _remove(artifact, state.uid, store, repository, secrets)
            artifact["deleted"] = True
        except DriverError as error:
            problems.append(f"{artifact['name']}: {error}")
    state.status["artifactGCStatus"] = {"strategiesProcessed": {_AT_THE_END: True}}
    if problems:
        state.status["conditions"] = [{"type": "ArtifactGCError", "status": "True", "message": "; ".join(problems)}]
    nodes = {node.id: node for node, _ in found}
    store.apply(state.uid, nodes.values(), (state.phase, state.status, state.shutdown))


def _unwanted(state: State) -> Iterator[tuple[Node, _Artifact]]:
    general = (state.spec.get("artifactGC") or {}).get("strategy")
    for node in state.nodes.values():
        for artifact in (node.outputs or {}).get("artifacts") or []:
            wanted = (artifact.get("artifactGC") or {}).get("strategy") or general
            if wanted == _AT_THE_END and not artifact.get("deleted"):
                yield node, artifact


def _remove(artifact: _Artifact, uid: str, store: Store, repository: Repository, secrets: Secrets) -> None:
    key = str((artifact.get("s3") or {}).get("key") or "")
    if not is_remote(artifact):
        with store.writing() as db:
            unused = forget_artifact(db, uid, key)
        for digest in unused:
            repository.discard(digest)
    elif artifact.get("s3"):
        from yamlflow.engine.artifacts.drivers import s3

        s3.remove(artifact, reader(secrets))
