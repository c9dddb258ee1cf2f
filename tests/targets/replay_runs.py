"""Runs as a real Argo Server shows them, going on by a script whenever somebody looks."""

import copy
import json
import threading
from pathlib import Path

from yamlflow.argo.ids import node_id, pod_name

DATA = Path(__file__).resolve().parent / "data"
ANSWERS = json.loads((DATA / "answers.json").read_text())
SCRIPTS = json.loads((DATA / "scripts.json").read_text())
_LABEL = "workflows.argoproj.io/"


def _time(seconds: int) -> str:
    return f"2026-11-22T03:{seconds // 60:02}:{seconds % 60:02}Z"


def _script(spec: dict) -> dict:
    """A script for any manifest: the tasks of its entry, one after the other."""
    [entry] = [template for template in spec["templates"] if template["name"] == spec["entrypoint"]]
    tasks = entry.get("dag", {}).get("tasks", ())
    steps = [{"name": task["name"], "template": task["template"], "lines": ["hello"]} for task in tasks]
    return {"phase": "Succeeded", "steps": steps}


class Run:
    """One run: all states that it went through, each with a version of its own."""

    def __init__(self, manifest: dict, name: str, number: int, changed: threading.Condition) -> None:
        self.name = name
        self.changed = changed
        self.deleted = False
        self._script = SCRIPTS.get(name.partition("-")[0]) or _script(manifest["spec"])
        self._plan = list(self._steps())
        self._number = number
        metadata = {**manifest["metadata"], "name": name, "uid": f"b81bff8d-4fe2-44fc-9b38-{number:012}"}
        metadata |= {"generation": 1, "creationTimestamp": _time(number), "managedFields": [{"manager": "argo"}]}
        metadata["labels"] = {**metadata.get("labels", {}), f"{_LABEL}creator": "admin"}
        self.states = [{"metadata": metadata, "spec": manifest["spec"], "status": copy.deepcopy(ANSWERS["created"])}]
        self._stamp(self.states[0])

    @property
    def state(self) -> dict:
        return self.states[-1]

    @property
    def ended(self) -> bool:
        return self.state["status"].get("phase") in ("Succeeded", "Failed")

    @property
    def version(self) -> int:
        return int(self.state["metadata"]["resourceVersion"])

    def _stamp(self, state: dict) -> None:
        state["metadata"]["resourceVersion"] = str(22000 + 100 * self._number + len(self.states))
        phase = state["status"].get("phase")
        if phase:
            done = "true" if phase in ("Succeeded", "Failed") else "false"
            state["metadata"]["labels"] |= {f"{_LABEL}phase": phase, f"{_LABEL}completed": done}

    def _steps(self):
        """What happens, one after the other: (step or None, phase)."""
        for step in self._script["steps"]:
            if "skipped" in step:
                yield step, "Skipped"
                continue
            yield step, "Running"
            if step.get("waits"):
                yield step, "waits"
            yield step, "Failed" if "failed" in step else "Succeeded"
        yield None, self._script["phase"]

    def go_on(self) -> bool:
        """Do the next thing; False when there is none now."""
        with self.changed:
            if self.ended or self.deleted or self._plan[0][1] == "waits":
                return False
            step, phase = self._plan.pop(0)
            self._change(step, phase)
            return True

    def shut_down(self, how: str) -> None:
        with self.changed:
            self.state["spec"]["shutdown"] = how
            for step, phase in self._plan:
                if phase == "waits":
                    self._change(step, "Failed")
            self._change(None, "Failed", f"Stopped with strategy '{how}'")

    def _change(self, step: dict | None, phase: str, message: str = "") -> None:
        state = copy.deepcopy(self.state)
        metadata, status = state["metadata"], state["status"]
        metadata.setdefault("annotations", {})[f"{_LABEL}pod-name-format"] = "v2"
        now = _time(self._number + len(self.states))
        status.setdefault("phase", "Running")
        status["startedAt"] = status["startedAt"] or now
        nodes = status.setdefault("nodes", {})
        root = nodes.setdefault(self.name, self._node(None, "Running", now))
        if step is not None:
            node = self._node(step, phase, now)
            node["startedAt"] = nodes.get(node["id"], node)["startedAt"]
            nodes[node["id"]] = node
        else:
            status |= {"phase": phase, "finishedAt": now, **({"message": message} if message else {})}
            root |= {"phase": phase, "finishedAt": now}
        pods = [node for node in nodes.values() if node["type"] == "Pod"]
        status["progress"] = f"{sum(node['phase'] == 'Succeeded' for node in pods)}/{len(pods)}"
        self.states.append(state)
        self._stamp(state)
        self.changed.notify_all()

    def _node(self, step: dict | None, phase: str, now: str) -> dict:
        name = f"{self.name}.{step['name']}" if step else self.name
        kind = "DAG" if step is None else "Skipped" if "skipped" in step else "Pod"
        node = {"id": node_id(self.name, name), "name": name, "displayName": step["name"] if step else self.name}
        node |= {"type": kind, "templateName": step["template"] if step else "main", "phase": phase}
        node |= {"templateScope": f"local/{self.name}", "startedAt": now}
        node["finishedAt"] = None if phase == "Running" else now
        if step is not None:
            node["boundaryID"] = self.name
            message = step.get("skipped") or (step.get("failed") if phase == "Failed" else None)
            node |= {"message": message} if message else {}
        return node

    def logs(self) -> list[tuple[str, list[str]]]:
        """What each pod that has started printed, with what Argo's executor adds."""
        started = {node["displayName"]: node for node in self.state["status"].get("nodes", {}).values()}
        first, last = ANSWERS["executor"]
        found = []
        for step in self._script["steps"]:
            node = started.get(step["name"])
            if node and node["type"] == "Pod":
                end = [last] if node["finishedAt"] else []
                pod = pod_name(self.name, node["name"], step["template"])
                found.append((pod, [first, *step["lines"], *end]))
        return found
