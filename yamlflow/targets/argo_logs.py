"""What the pods of a run on an Argo Server print, each line once, through streams that are cut."""

import re
from collections.abc import Iterator, Sequence
from time import sleep

from yamlflow.argo.pods import nodes_of, pods_of
from yamlflow.targets.argo_errors import UnreachableError
from yamlflow.targets.argo_http import Api
from yamlflow.targets.argo_patience import Patience
from yamlflow.targets.argo_watch import has_ended
from yamlflow.targets.protocol import LogLine, RunNotFoundError, TargetError, Workflow

_EXECUTOR = re.compile(r"time=\S+ level=\w+ msg=.*\bargo=true\b")
"""What Argo's own executor writes among the lines of a container."""

_EXECUTOR_LINES = 5
_LOOKS = (0.0, 0.5, 1.0)


class LogReader:
    """Reads the logs of a run, of all pods or of those of one task."""

    def __init__(self, api: Api, workflow: Workflow, task: str | None, delays: Sequence[float]) -> None:
        self._api = api
        self._name = workflow["metadata"]["name"]
        self._task = task
        self._delays = delays
        self._strangers: set[str] = set()
        self._seen: dict[str, int] = {}
        self._learn(workflow)

    def read(self, *, follow: bool, tail: int) -> Iterator[LogLine]:
        """Yield the lines there are, the last ones of each pod if `tail` says how many; `follow` those to come, too."""
        follow = follow and not has_ended(self._workflow)
        if not self._found and not follow:
            raise self._no_task()
        patience = Patience(self._delays)
        done = False
        while not done:
            cause: UnreachableError | None = None
            patience.begin()
            try:
                for line in self._stream(follow=follow, tail=tail):
                    patience.progress()
                    yield line
                done = not follow or self._run_is_over()
            except UnreachableError as error:
                cause = error
            if not done:
                patience.wait(cause)
        if not self._found:
            raise self._no_task()

    def _stream(self, *, follow: bool, tail: int) -> Iterator[LogLine]:
        """Yield what one stream brings that was not yet seen."""
        skip = dict(self._seen)
        for entry in self._api.log(self._name, self._query(follow=follow, tail=tail)):
            pod, text = str(entry.get("podName") or ""), str(entry.get("content") or "")
            if skip.get(pod):
                skip[pod] -= 1
                continue
            self._seen[pod] = self._seen.get(pod, 0) + 1
            if not _EXECUTOR.match(text) and (node := self._node(pod)):
                yield LogLine(node, pod, text)

    def _query(self, *, follow: bool, tail: int) -> dict[str, str]:
        query = {"logOptions.container": "main"}
        if follow:
            query["logOptions.follow"] = "true"
        if tail:
            query["logOptions.tailLines"] = str(tail + _EXECUTOR_LINES)
        if self._task is not None and len(self._pods) == 1 and not follow:
            query["podName"] = next(iter(self._pods))
        return query

    def _node(self, pod: str) -> str:
        """Return the display name of the node of a pod; "" if its lines are not wanted."""
        for delay in _LOOKS:
            if pod in self._pods:
                return str(self._pods[pod].get("displayName") or pod)
            if pod in self._others or pod in self._strangers:
                break
            sleep(delay)  # a pod may print before its node is in the status
            self._learn(self._api.get(self._name))
        self._strangers.add(pod)
        return "" if self._task is not None else pod

    def _learn(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._pods = pods_of(workflow, self._task)
        self._others = pods_of(workflow).keys() - self._pods.keys()
        self._found = self._task is None or bool(nodes_of(workflow, self._task))

    def _run_is_over(self) -> bool:
        try:
            self._learn(self._api.get(self._name))
        except RunNotFoundError:
            return True
        return has_ended(self._workflow)

    def _no_task(self) -> TargetError:
        return TargetError(f"run `{self._name}` has no task `{self._task}`")
