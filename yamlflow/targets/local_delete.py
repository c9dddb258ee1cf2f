"""What a run that is deleted has left outside of this machine, and must not leave."""

from collections.abc import Callable, Sequence
from typing import Any

from yamlflow.engine.garbage import MENTION, may_be_left, outlived, remove_all
from yamlflow.engine.objects import Secrets, index
from yamlflow.engine.references import SecretKey, keys_in, missing
from yamlflow.engine.store.store import Row, Store
from yamlflow.targets.local_runs import refusals, secrets_missing
from yamlflow.targets.protocol import TargetError

_FORCE = "`--force` deletes the run and leaves them"


def remove_outlived(
    store: Store, row: Row, namespace: str, secrets: Callable[[Sequence[SecretKey]], Secrets], *, force: bool
) -> None:
    """Remove the artifacts outside of this machine that go with a run; TargetError when they cannot be removed.

    `secrets` returns those that are given. `force` leaves what cannot be removed.
    """
    if MENTION not in row.manifest + row.options:
        return
    import json

    from yamlflow.engine.service import read_state

    with refusals():
        beside = index([*store.objects(namespace), *(json.loads(row.options).get("along") or ())])
        state = read_state(store, row, beside)
    found: list[dict[str, Any]] = outlived(state)
    wanted = sorted({key for item in found for key in keys_in(item)})
    given = secrets(wanted)
    unknown = missing(given, wanted)
    leave = force or may_be_left(state)
    if unknown and not leave:
        refusal = secrets_missing(unknown)
        raise TargetError(f"artifacts of `{row.name}` go with it: {refusal}", hint=f"{refusal.hint}; {_FORCE}")
    problems = remove_all(found, given)
    if problems and not leave:
        from yamlflow.engine.masking import Masker

        said = Masker(value for values in given.values() for value in values.values()).text("; ".join(problems))
        raise TargetError(f"artifacts of `{row.name}` are not removed: {said}", hint=_FORCE)
