"""The process of an engine: what `resource` templates do with runs is done by the target that runs are started with."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yamlflow.engine.main import main as run_engine
from yamlflow.engine.objects import Object

if TYPE_CHECKING:
    from yamlflow.engine.service import Surroundings

_CHANGED = ("labels", "annotations")


def main(arguments: list[str]) -> int:
    """Run the engine of one run to its end."""
    return run_engine(arguments, LocalRunObjects)


class LocalRunObjects:
    """The runs of this machine as objects; what came along with the run that asks comes along with those it starts."""

    def __init__(self, around: "Surroundings") -> None:
        self._around = around
        self._engines: set[int] = set()
        self._one_at_a_time = threading.Lock()

    def submit(self, manifest: Object) -> Object:
        """Start a run; ValueError says why it cannot be."""
        from yamlflow.targets.protocol import TargetError

        try:
            with self._one_at_a_time:
                found = self._target().submit(manifest)
        except TargetError as error:
            raise ValueError(str(error)) from error
        return _whole(found)

    def get(self, name: str) -> Object | None:
        """Return a run with its status."""
        from yamlflow.targets.protocol import RunNotFoundError

        try:
            return _whole(self._target().get(name))
        except RunNotFoundError:
            return None

    def list(self) -> list[Object]:
        """Return all runs."""
        return [_whole(item) for item in self._target().list()]

    def change(self, name: str, item: Object) -> None:
        """Take over what may be changed of a run: its labels and annotations, whether it is suspended or to stop."""
        target = self._target()
        before, metadata = target.get(name), item["metadata"]
        target.relabel(name, {key: metadata.get(key) or {} for key in _CHANGED})
        spec = item.get("spec") or {}
        if spec.get("shutdown") and spec["shutdown"] != before["spec"].get("shutdown"):
            target.stop(name, terminate=spec["shutdown"] == "Terminate")
        if bool(spec.get("suspend")) != bool(before["spec"].get("suspend")):
            target.suspend(name) if spec.get("suspend") else target.resume(name)

    def delete(self, name: str) -> None:
        """End a run and remove it."""
        self._target().delete(name)

    def _target(self) -> Any:  # noqa: ANN401 - the class is imported when it is used
        from yamlflow.targets.local import LocalTarget
        from yamlflow.targets.protocol import Along

        around = self._around
        options: Mapping[str, Any] = around.options
        target = LocalTarget(
            around.home,
            around.namespace,
            environment=around.environment,
            sandbox=bool(options.get("sandbox", True)),
            hide=tuple(options.get("hide") or ()),
            engines=self._engines,
        )
        secrets = {name: dict(values) for name, values in around.secrets.items()}
        runner = "container" if options.get("containers") else "process"
        target.bring(Along(tuple(options.get("along") or ()), secrets, runner=runner))
        return target


def _whole(run: Object) -> Object:
    """Return a run with what every object of Kubernetes says of itself."""
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", **run}
