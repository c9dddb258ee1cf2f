"""The objects that the engine keeps itself, by kind and name."""

import time
from typing import Any, Protocol

from yamlflow.argo.durations import format_rfc3339
from yamlflow.engine.home import claims_folder, remove_folder
from yamlflow.engine.objects import (
    CLAIM,
    CLUSTER_TEMPLATE,
    CONFIG_MAP,
    SECRET,
    TEMPLATE,
    Object,
    Objects,
    secret_values,
)
from yamlflow.engine.store.objects import put_object, remove_object
from yamlflow.engine.store.shared import forget_brought
from yamlflow.engine.store.store import Store

WORKFLOW = "Workflow"


class Runs(Protocol):
    """The runs of this machine as objects of the kind Workflow."""

    def submit(self, manifest: Object) -> Object:
        """Start a run; ValueError says why it cannot be."""
        ...

    def get(self, name: str) -> Object | None:
        """Return a run with its status."""
        ...

    def list(self) -> list[Object]:
        """Return all runs."""
        ...

    def change(self, name: str, item: Object) -> None:
        """Take over what may be changed of a run: its labels and annotations, whether it is suspended or to stop."""
        ...

    def delete(self, name: str) -> None:
        """End a run and remove it."""
        ...


class Cluster:
    """What a `resource` template sees of a namespace. Secrets stay in the memory of the engine."""

    def __init__(
        self, home: str, namespace: str, uid: str, objects: Objects, secrets: dict[str, dict[str, str]], runs: Runs
    ) -> None:
        self.namespace = namespace
        self._home = home
        self._uid = uid
        self._objects = objects
        self._secrets = secrets
        self._runs = runs

    def get(self, kind: str, name: str) -> Object | None:
        """Return an object, or None."""
        if kind == WORKFLOW:
            return self._runs.get(name)
        if kind == SECRET:
            return self._secret(name) if name in self._secrets else None
        found = self._objects.get((kind, name))
        return None if found is None else self._whole(found)

    def list(self, kind: str) -> list[Object]:
        """Return all objects of a kind."""
        if kind == WORKFLOW:
            return self._runs.list()
        names = self._secrets if kind == SECRET else [name for known, name in self._objects if known == kind]
        return [found for name in sorted(names) if (found := self.get(kind, name)) is not None]

    def create(self, item: Object) -> Object:
        """Keep a new object and return it as it is kept; ValueError says why it cannot be."""
        if item["kind"] == WORKFLOW:
            return self._runs.submit(item)
        self._keep(item)
        found = self.get(item["kind"], item["metadata"]["name"])
        assert found is not None
        return found

    def change(self, item: Object) -> Object:
        """Keep a changed object and return it as it is kept."""
        name = item["metadata"]["name"]
        if item["kind"] == WORKFLOW:
            self._runs.change(name, item)
        else:
            self._keep(item)
        return self.get(item["kind"], name) or item

    def remove(self, kind: str, name: str) -> None:
        """Remove an object."""
        if kind == WORKFLOW:
            self._runs.delete(name)
            return
        if kind == SECRET:
            self._secrets.pop(name, None)
            return
        self._objects.pop((kind, name), None)
        store = Store(self._home)
        try:
            with store.writing() as db:
                remove_object(db, self.namespace, kind, name)
                forget_brought(db, self._uid, kind, name)
        finally:
            store.close()
        if kind == CLAIM:
            remove_folder(f"{claims_folder(self._home, self.namespace)}/{name}")

    def _keep(self, item: Object) -> None:
        kind, name = item["kind"], item["metadata"]["name"]
        if kind == SECRET:
            self._secrets[name] = secret_values(item)
            return
        now = time.time()
        metadata = {**item["metadata"], "namespace": self.namespace}
        metadata.setdefault("creationTimestamp", format_rfc3339(now))
        metadata["resourceVersion"] = str(int(metadata.get("resourceVersion") or 0) + 1)
        kept = {**item, "metadata": metadata}
        store = Store(self._home)
        try:
            with store.writing() as db:
                put_object(db, self.namespace, kept, now, replace=True)
                forget_brought(db, self._uid, kind, name)
        finally:
            store.close()
        self._objects[kind, name] = kept

    def _secret(self, name: str) -> Object:
        import base64

        data = {key: base64.b64encode(value.encode()).decode() for key, value in self._secrets[name].items()}
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": "v1", "kind": SECRET, "metadata": metadata, "type": "Opaque", "data": data}

    def _whole(self, item: Object) -> Object:
        """Return an object with what Kubernetes adds to it."""
        versions = {CONFIG_MAP: "v1", CLAIM: "v1", TEMPLATE: _ARGO, CLUSTER_TEMPLATE: _ARGO}
        whole: dict[str, Any] = {"apiVersion": versions.get(item["kind"], "v1"), **item}
        whole["metadata"] = {"namespace": self.namespace, **item["metadata"]}
        if item["kind"] == CLAIM:
            whole["status"] = {"phase": "Bound", **(item.get("status") or {})}
        return whole


_ARGO = "argoproj.io/v1alpha1"
