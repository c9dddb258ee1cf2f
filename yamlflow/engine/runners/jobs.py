"""What the engine does itself for a node, in a thread, where no program is run."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from yamlflow.engine.artifacts.keys import Keys
from yamlflow.engine.artifacts.repository import Repository
from yamlflow.engine.events import Ended
from yamlflow.engine.node import HTTP, Node
from yamlflow.engine.objects import Secrets
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.run import Run
from yamlflow.engine.state import State

if TYPE_CHECKING:
    from yamlflow.engine.resources.cluster import Cluster

Job = Callable[[], Ended]


class Jobs:
    """Requests, listings, and what is done with objects."""

    def __init__(
        self, state: State, keys: Keys, secrets: Secrets, repository: Repository, cluster: "Callable[[], Cluster]"
    ) -> None:
        self._state = state
        self._keys = keys
        self._secrets = secrets
        self._repository = repository
        self._connect = cluster
        self._cluster: Cluster | None = None

    def of(self, node: Node, now: float) -> Job | None:
        """Return what is to be done for a node, or None when it runs programs; SubstitutionError: it has no form."""
        if node.kind == HTTP:
            from yamlflow.engine.request import request_of
            from yamlflow.engine.runners import http

            request = request_of(self._state, node, now, self._secrets)
            return lambda: http.perform(request)
        template = template_of(Run(self._state, now), node)
        if template.get("data") is not None:
            from yamlflow.engine.listing import listing_of
            from yamlflow.engine.runners import listing

            wanted = listing_of(self._state, node, now)
            return lambda: listing.perform(wanted, self._keys, self._secrets)
        return self._resource(node, now) if template.get("resource") is not None else None

    def _resource(self, node: Node, now: float) -> Job:
        from yamlflow.engine.resources import perform
        from yamlflow.engine.resources.request import request_of

        if self._cluster is None:
            self._cluster = self._connect()
        cluster = self._cluster
        request = request_of(self._state, node, now)
        files = perform.Files(self._repository, self._keys, self._secrets)
        return lambda: perform.perform(request, cluster, files, lambda: not node.active)
