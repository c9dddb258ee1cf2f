"""What is kept on this machine beside the runs: objects, artifacts, what is said of runs."""

import json
from typing import TYPE_CHECKING

from yamlflow.engine.home import artifacts_folder
from yamlflow.engine.objects import Object
from yamlflow.engine.store.shared import put_manifest
from yamlflow.targets.local_runs import refusals
from yamlflow.targets.local_watch import LocalWatch

if TYPE_CHECKING:
    from yamlflow.engine.artifacts.repository import Repository


class LocalThings(LocalWatch):
    """The runs of this machine, and what is kept beside them."""

    def relabel(self, name: str, metadata: dict[str, dict[str, str]]) -> None:
        """Give a run other labels and annotations."""
        row = self._row(name)
        manifest = json.loads(row.manifest)
        manifest["metadata"] |= metadata
        with refusals(), self._store.writing() as db:
            put_manifest(db, row.uid, manifest)

    def objects(self) -> list[Object]:
        """Return what is kept beside the runs: templates, ConfigMaps, claims."""
        with refusals():
            return self._store.objects(self.namespace)

    def put_object(self, item: Object, now: float, *, replace: bool) -> bool:
        """Keep an object; False when there is one of that name that must stay."""
        with refusals():
            return self._store.put_object(self.namespace, item, now, replace=replace)

    def remove_object(self, kind: str, name: str) -> bool:
        """Remove an object; False when there is none."""
        with refusals():
            return self._store.remove_object(self.namespace, kind, name)

    def lineage(self, name: str) -> list[tuple[str, str, str, str, int, str, str]]:
        """Return what tasks wrote and read: task, name, direction, kind, size, hash, key."""
        row = self._row(name)
        with refusals():
            return self._store.lineage(row.uid)

    def artifact_path(self, digest: str) -> str:
        """Return the file of this machine with the content of an artifact."""
        return self._repository().path(digest)

    def copy_artifact(self, digest: str, size: int, kind: str, path: str) -> None:
        """Write a copy of an artifact to a path that does not exist yet."""
        from yamlflow.engine.artifacts.repository import Stored

        with refusals():
            self._repository().get(Stored(digest, size, kind), path)

    def _repository(self) -> "Repository":
        from yamlflow.engine.artifacts.repository import Repository

        return Repository(artifacts_folder(self._home))
