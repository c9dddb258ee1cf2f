"""Imports manifests, renders what comes of them, and runs both: what they do must be the same."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from yamlflow.app.compile import compile_file
from yamlflow.app.import_file import import_file
from yamlflow.app.importing.names import slug
from yamlflow.targets.local import LocalTarget

RAN = ("Pod", "Suspend", "HTTP", "Container")
"""Kinds of nodes that do something; groups come and go with an import."""
FIXED = {
    r"random\.choice\(range\(0, 5\)\)": "0",
    r"random\.choice\(\[([^,\]]+)[^\]]*\]\)": r"\1",
    r"random\.randint\((\d+), *\d+\)": r"\1",
    r"Math\.random\(\)": "0.5",
    r"\$\(\( *RANDOM|\$RANDOM": "1",
    r"cat /dev/urandom": "echo 0000",
}
"""What gives another value each time, and what stands in its place."""
_HOOK = re.compile(r"\.hooks\.([\w-]+)")


class Refused(NamedTuple):
    """Why a manifest cannot be imported: what was said, each with its line."""

    findings: list[str]


class Behaviour(NamedTuple):
    """What a run did: its phase, how its programs ended, what they gave, what was skipped, what was printed."""

    phase: str
    ends: list[str]
    values: list[str]
    skipped: list[str]
    logs: list[str]

    def differences(self, other: "Behaviour") -> list[str]:
        """Return in what another run differs, of what came of the manifest; more values, and more skips, are fine."""
        found = [f"phase: {other.phase}, not {self.phase}"] if self.phase != other.phase else []
        for field in ("ends", "logs"):
            here, there = Counter(getattr(self, field)), Counter(getattr(other, field))
            found += [f"{field}: no more `{item}`" for item in sorted((here - there).elements())]
            found += [f"{field}: `{item}` is new" for item in sorted((there - here).elements())]
        for field in ("skipped", "values"):
            gone = set(getattr(self, field)) - set(getattr(other, field))
            found += [f"{field}: no more `{item}`" for item in sorted(gone)]
        return found


def steady(text: str) -> str:
    """Return a manifest whose programs do the same each time."""
    for pattern, instead in FIXED.items():
        text = re.sub(pattern, instead, text)
    return text


def round_trip(manifest: Path, folder: Path, along: Sequence[Path] = ()) -> dict[str, Any] | Refused:
    """Return what a manifest is after it was imported and rendered."""
    out = folder / "imported.yaml"
    imported = import_file(str(manifest), str(out), [str(path) for path in along])
    errors = [item for item in imported.diagnostics if item.severity == "error"]
    if errors:
        return Refused([f"{item.span.line if item.span else 0}: {item.code}: {item.message}" for item in errors])
    out.write_text(imported.text)
    compiled = compile_file(str(out), {}, kind="")
    assert compiled.manifest is not None, [str(item) for item in compiled.diagnostics]
    return compiled.manifest


def behaviour(target: LocalTarget, manifest: dict[str, Any], actions: Iterable[dict[str, Any]] = ()) -> Behaviour:
    """Run a manifest to its end, with what a person did meanwhile; return what it did."""
    name = target.submit(manifest)["metadata"]["name"]
    for action in actions:
        _act(target, name, action)
    *_, run = target.watch(name)
    logs = [line.text.replace(name, "RUN") for line in target.logs(name) if "\r" not in line.text]
    return behaviour_of(name, run["status"], logs)


def behaviour_of(name: str, status: dict[str, Any], logs: list[str]) -> Behaviour:
    """Return what a run did from its status and what its programs printed."""
    nodes = list(status["nodes"].values())
    ran = [node for node in nodes if node["type"] in RAN]
    return Behaviour(
        status["phase"],
        [f"{plain_name(node, name)} {node['phase']}" for node in ran],
        [value for node in ran for value in _values(node)] + _values(status),
        [f"{plain_name(node, name)} {node['phase']}" for node in nodes if node["type"] == "Skipped"],
        logs,
    )


def _act(target: LocalTarget, name: str, action: dict[str, Any]) -> None:
    """Do what a person did, as soon as a pause of this name waits."""
    wanted, found = slug(action.get("node") or action["nodes"][0], 63), None
    while found is None:
        nodes = target.get(name)["status"]["nodes"].values()
        waiting = [node for node in nodes if node["type"] == "Suspend" and node["phase"] == "Running"]
        found = next((node for node in waiting if plain_name(node, name) == wanted), None)
        time.sleep(0.05)
    if action["http"] != 200:
        return
    if action["do"] == "set":
        target.set_nodes(name, f"id={found['id']}", outputs=action["values"])
    else:
        target.resume(name, f"id={found['id']}")


def plain_name(node: dict[str, Any], run: str) -> str:
    """Return the last name of a node: groups, and the numbers of names that are used twice, come and go."""
    if ".onExit" in node["name"]:
        return "onExit"
    if hook := _HOOK.search(node["name"]):
        return hook.group(1)
    if re.fullmatch(rf"{re.escape(run)}(\(\d+\))?", node["name"]):
        return slug(node["templateName"], 63)
    last = re.sub(r"\(\d+(:.*)?\)$", "", node["displayName"])
    if last == "item":
        last = node["name"].split(".")[-2]  # the body of a loop is below the task
    return re.sub(r"(?<=[a-z])-\d+$", "", slug(last, 63)).removesuffix("-task")


def _values(holder: dict[str, Any]) -> list[str]:
    """Return the values that a node gave; what a program prints is a result here, a parameter there."""
    outputs = holder.get("outputs") or {}
    found = [str(item.get("value", "")) for item in outputs.get("parameters") or []]
    return [*found, str(outputs["result"])] if "result" in outputs else found
