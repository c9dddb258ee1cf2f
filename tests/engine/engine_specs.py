"""Runs made by hypothesis: templates that call each other, with all that decides what runs, when, and how often."""

import zlib
from typing import Any

from hypothesis import strategies as st

RESULTS = ("", ".Succeeded", ".Failed", ".Skipped", ".Omitted", ".Errored", ".Daemoned")
_BODY = {"container": {"image": "i", "command": ["true"]}}
_LEAVES: dict[str, dict[str, Any]] = {
    "leaf": _BODY,
    "tried": {"retryStrategy": {"limit": "2", "retryPolicy": "Always"}, **_BODY},
    "patient": {"retryStrategy": {"limit": 1, "backoff": {"duration": "7s", "factor": 2}}, **_BODY},
    "chosen": {"retryStrategy": {"limit": 3, "expression": "asInt(lastRetry.exitCode) < 2"}, **_BODY},
    "alone": {"synchronization": {"mutexes": [{"name": "one"}]}, **_BODY},
    "both": {"synchronization": {"mutexes": [{"name": "one"}, {"name": "{{workflow.name}}"}]}, **_BODY},
    "few": {
        "synchronization": {"semaphores": [{"configMapKeyRef": {"name": "limits", "key": "two"}}]},
        "retryStrategy": {"limit": 1},
        **_BODY,
    },
    "late": {"activeDeadlineSeconds": 5, **_BODY},
    "pause": {"suspend": {"duration": "3s"}},
}
OBJECTS = ({"kind": "ConfigMap", "metadata": {"name": "limits"}, "data": {"two": "2"}},)


class ByName:
    """Outcomes of tasks that depend on nothing but their name, so that no order of events changes them."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __contains__(self, name: str) -> bool:
        return name.startswith("wf")

    def __getitem__(self, name: str) -> dict[str, Any]:
        number = zlib.crc32(f"{self._seed}:{name}".encode())
        outcome = {"code": (0, 0, 0, 0, 1, 2)[number % 6], "seconds": (1, 2, 3, 60)[number // 6 % 4]}
        return {"error": "no disk", "seconds": 1} if number // 24 % 12 == 0 else outcome


@st.composite
def specs(draw: st.DrawFn, *, limits: bool = True) -> dict[str, Any]:
    """Draw the spec of a run; `limits` is whether it may have limits of parallelism, and ends that come early."""
    groups = [draw(_group(index, limits)) for index in range(draw(st.integers(1, 3)))]
    names = {item["name"] for item in groups}
    spec: dict[str, Any] = {"entrypoint": "g0", "templates": [*groups]}
    if limits and draw(st.integers(0, 2)) == 0:
        spec["parallelism"] = draw(st.integers(1, 3))
    if draw(st.integers(0, 2)) == 0:
        spec["onExit"] = draw(st.sampled_from(["leaf", "tried", "alone"]))
    if draw(st.integers(0, 4)) == 0:
        spec["synchronization"] = {"mutexes": [{"name": "whole"}]}
    if draw(st.integers(0, 6)) == 0:
        spec["retryStrategy"] = {"limit": 1}
    used = {"leaf", spec.get("onExit")}
    for step in [step for item in groups for step in _calls(item)]:
        if step["template"] not in names:
            step["template"] = step["template"] if step["template"] in _LEAVES else "leaf"
        used |= {step["template"], *(hook["template"] for hook in step.get("hooks", {}).values())}
    spec["templates"] += [{"name": name, **_LEAVES[name]} for name in _LEAVES if name in used]
    return spec


def _calls(template: dict[str, Any]) -> list[dict[str, Any]]:
    steps = [step for group in template.get("steps") or [] for step in group]
    return [*steps, *(template.get("dag") or {}).get("tasks", [])]


@st.composite
def _group(draw: st.DrawFn, index: int, limits: bool) -> dict[str, Any]:
    template: dict[str, Any] = {"name": f"g{index}"}
    if draw(st.booleans()):
        sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        template["steps"] = [
            [draw(_call(f"s{at}{number}", "steps", index)) for number in range(size)] for at, size in enumerate(sizes)
        ]
    else:
        size = draw(st.integers(1, 5))
        tasks = [draw(_call(f"t{number}", "tasks", index)) for number in range(size)]
        tasks = [task | draw(_edges(number)) for number, task in enumerate(tasks)]
        template["dag"] = {"tasks": tasks, "failFast": draw(st.booleans())}
        if any("depends" in task for task in tasks):
            for task in tasks:
                task.pop("continueOn", None)
                task.pop("dependencies", None)
        if draw(st.integers(0, 4)) == 0:
            template["dag"]["target"] = f"t{size - 1}"
    if limits and draw(st.integers(0, 2)) == 0:
        template["parallelism"] = draw(st.integers(1, 2))
    if limits and draw(st.integers(0, 3)) == 0:
        template["failFast"] = True
    if draw(st.integers(0, 5)) == 0:
        template["retryStrategy"] = {"limit": 1}
    if index and draw(st.integers(0, 5)) == 0:
        template["synchronization"] = {"mutexes": [{"name": f"group-{index}"}]}
    return template


@st.composite
def _edges(draw: st.DrawFn, number: int) -> dict[str, Any]:
    needs = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
    if not needs:
        return {}
    if draw(st.booleans()):
        return {"dependencies": [f"t{need}" for need in needs]}
    words = [f"{draw(st.sampled_from(['', '', '!']))}t{need}{draw(st.sampled_from(RESULTS))}" for need in needs]
    return {"depends": draw(st.sampled_from([" && ", " || "])).join(words)}


@st.composite
def _call(draw: st.DrawFn, name: str, place: str, index: int) -> dict[str, Any]:
    inner = [f"g{index + 1}"] * 3 if index < 2 else []
    call: dict[str, Any] = {"name": name, "template": draw(st.sampled_from([*_LEAVES, *inner]))}
    kind = draw(st.integers(0, 9))
    if kind == 0:
        call["withItems"] = draw(st.lists(st.sampled_from(["a", "b", 3]), min_size=1, max_size=3))
    elif kind == 1:
        call["withParam"] = draw(st.sampled_from(["[]", "[1,2]", "nonsense"]))
    elif kind == 2:
        call["withSequence"] = {"count": str(draw(st.integers(0, 2)))}
    if draw(st.integers(0, 4)) == 0:
        item = ["{{item}} == a"] if kind < 3 else []
        call["when"] = draw(st.sampled_from(["1 == 2", "1 == 1", "{{workflow.name}} == wf", *item]))
    if draw(st.integers(0, 3)) == 0:
        call["continueOn"] = draw(st.sampled_from([{"failed": True}, {"error": True}, {"failed": True, "error": True}]))
    hook = draw(st.integers(0, 9))
    if hook < 2:
        call["hooks"] = {"exit": {"template": draw(st.sampled_from(["leaf", "tried"]))}}
    elif hook == 2 and kind > 2:
        call["hooks"] = {"now": {"template": "leaf", "expression": f"{place}['{name}'].status == 'Running'"}}
    return call
