"""Going on with runs of this machine whose engine is gone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from yamlflow.app.targets import choose_target
from yamlflow.app.tree import Workflow
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along


def recover(names: Sequence[str], namespace: str | None, env: Mapping[str, str], along: Along) -> Iterator[Workflow]:
    """Go on with these runs, or with all that were interrupted; yield each."""
    target = cast(LocalTarget, choose_target("local", namespace, env))
    target.bring(along)
    for name in names or target.interrupted():
        yield target.recover(name)
