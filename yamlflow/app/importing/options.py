"""Fields of a template that are options of a task: a table, and `argo` for all others."""

import re
from collections.abc import Callable
from typing import Any

from yamlflow.app.importing.raw import raw
from yamlflow.app.importing.scope import Scope, has_tag
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import UnknownTagError
from yamlflow.argo.view import TEMPLATE_KINDS, Data, Template
from yamlflow.pipeline.parse_tasks import takes

Table = dict[str, Callable[[Any, Data], bool]]
"""For each field, what writes it into its owner; false when it has no word for it."""
_DURATION = re.compile(r"(?=\d)(?=.*[1-9])((\d+d)?(\d+h)?(\d+m)?(\d+s)?|\d+)\Z")
_KEPT = {"nodeSelector", "tolerations", "affinity", "sidecars", "daemon"}
_ELSEWHERE = {"name", "inputs", "outputs", *TEMPLATE_KINDS}


def template_options(found: Import, template: Template, scope: Scope, task: Data) -> None:
    """Write the options of a template into its task; those that have no word of their own go to `argo`."""
    read: Data = {}
    for key, said in template.data.items():
        if key in _ELSEWHERE or (said in (None, {}, []) and (key, said) != ("retryStrategy", {})):
            continue
        try:
            read[key] = raw(_written(said), scope, task)
        except UnknownTagError as error:
            found.refuse_tag((*template.path, key), error)
    write_options(read, task, _KEPT, _TABLE)


def write_options(options: Data, owner: Data, kept: set[str], table: Table) -> None:
    """Write options into a task or pipeline: those that are kept, then those of the table; `argo` takes all others."""
    rest: Data = {}
    for key, value in options.items():
        said: Data = {"timeout": owner["timeout"]} if "timeout" in owner else {}
        option = table.get(key)
        if key in kept and not has_tag(value):
            said[key] = value
        elif option is None or has_tag(value) or not option(value, said):
            said = {}
            rest[key] = value
        patch = said.pop("argo", {})
        if not all(takes(owner, word) for word in said):
            rest[key] = value
            continue
        owner.update(said)
        if patch:
            merge_argo(owner, patch)
    if rest:
        merge_argo(owner, rest)


def _written(value: Any) -> Any:  # noqa: ANN401 - parts of manifests
    """Return what people wrote: without the labels and annotations of compilers."""
    if not isinstance(value, dict):
        return value
    return {key: _written(item) for key, item in value.items() if not str(key).startswith(KUBEFLOW)}


def merge_argo(task: Data, patch: Data) -> None:
    """Add to the `argo` of a task or pipeline."""
    task["argo"] = _merged(task.get("argo") or {}, patch)


def _merged(one: Any, other: Any) -> Any:  # noqa: ANN401 - parts of manifests
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _merged(one.get(key), other.get(key, one.get(key))) for key in (*one, *other)}
    return [*one, *other] if isinstance(one, list) and isinstance(other, list) and one is not other else other


def _retry(value: Data, task: Data) -> bool:
    if not value:
        return False
    value = dict(value)
    retry: Data = {}
    if "limit" in value:
        if not str(value["limit"]).isdigit():
            return False
        retry["limit"] = int(value.pop("limit"))
    if "retryPolicy" in value:
        retry["policy"] = value.pop("retryPolicy")
    if "{{" not in str(value.get("expression", "{{")):
        retry["expression"] = value.pop("expression")
    backoff = dict(value.get("backoff") or {})
    times = [backoff[key] for key in ("duration", "maxDuration") if key in backoff]
    known = backoff.keys() <= {"duration", "factor", "maxDuration"} and str(backoff.get("factor", 1)).isdigit()
    if "duration" in backoff and known and all(map(is_duration, times)):
        value.pop("backoff")
        if "factor" in backoff:
            backoff["factor"] = int(backoff["factor"])
        retry["backoff"] = backoff
    task["retry"] = retry
    if value:
        merge_argo(task, {"retryStrategy": value})
    return True


def is_duration(value: object) -> bool:
    """Whether a value is a duration in the words of a pipeline."""
    return value is not None and _DURATION.match(str(value)) is not None


def _timeout(value: object, task: Data) -> bool:
    if not is_duration(value) or "timeout" in task:
        return False
    task["timeout"] = int(str(value)) if str(value).isdigit() else value
    return True


def _metadata(value: Data, task: Data) -> bool:
    for key in ("labels", "annotations"):
        own = {name: text for name, text in (value.get(key) or {}).items() if not name.startswith(KUBEFLOW)}
        if own:
            task[key] = own
    return True


KUBEFLOW = ("pipelines.kubeflow.org/", "yamlflow.dev/")


def _metrics(value: Data, task: Data) -> bool:
    if set(value) != {"prometheus"}:
        return False
    task["metrics"] = value["prometheus"]
    return True


def _pod(value: str, task: Data) -> bool:
    from yamlflow.app.importing.texts import parsed

    data = parsed(value)
    if not isinstance(data, dict):
        return False
    task["pod"] = data
    return True


def _init(value: list[Data], task: Data) -> bool:
    task["init"] = value
    return True


def locks(value: Data, task: Data) -> bool:
    """Write a `synchronization` as `mutex` and `semaphore`."""
    mutexes = [*(value.get("mutexes") or []), *([value["mutex"]] if value.get("mutex") else [])]
    semaphores = [*(value.get("semaphores") or []), *([value["semaphore"]] if value.get("semaphore") else [])]
    held = []
    for item in semaphores:
        if set(item) == {"configMapKeyRef"} and set(item["configMapKeyRef"]) == {"name", "key"}:
            held.append({"configMap": item["configMapKeyRef"]})
        elif set(item) == {"database"} and set(item["database"]) == {"key"}:
            held.append({"database": item["database"]["key"]})
    if any(set(item) != {"name"} for item in mutexes) or len(held) < len(semaphores):
        return False
    if mutexes:
        names = [item["name"] for item in mutexes]
        task["mutex"] = names[0] if len(names) == 1 else names
    if held:
        task["semaphore"] = held[0] if len(held) == 1 else held
    return True


_TABLE: Table = {
    "retryStrategy": _retry,
    "activeDeadlineSeconds": _timeout,
    "timeout": _timeout,
    "metadata": _metadata,
    "metrics": _metrics,
    "podSpecPatch": _pod,
    "initContainers": _init,
    "synchronization": locks,
}
