"""Going on with runs of this machine whose engine is gone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from yamlflow.app.runs import name_of
from yamlflow.app.targets import choose_target
from yamlflow.argo.phases import FINAL
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along, TargetError


def recover(
    names: Sequence[str], namespace: str | None, env: Mapping[str, str], along: Along
) -> Iterator[str | TargetError]:
    """Go on with these runs, or with all that were interrupted; yield what comes of each."""
    target = cast(LocalTarget, choose_target("local", namespace, env))
    target.bring(along)
    interrupted = target.interrupted()
    for name in names or interrupted:
        try:
            run = target.recover(name)
        except TargetError as error:
            yield error
            continue
        phase = run["status"].get("phase", "")
        if phase in FINAL:
            said = f"is over: {phase}"
        else:
            said = "goes on" if name_of(run) in interrupted else "goes on already, by an engine of its own"
        yield f"{name_of(run)} {said} (local)"
    if not names and not interrupted:
        yield f"target local, namespace {target.namespace}: no run is without its engine"
