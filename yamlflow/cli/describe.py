"""A run in full, as `argo get` shows it."""

from collections.abc import Iterator

from yamlflow.app.reasons import Reasons
from yamlflow.app.status import duration, given_parameters, pod_of, seconds, state_of, status_of
from yamlflow.app.tree import Node, Step, Workflow, build
from yamlflow.cli.console import Output
from yamlflow.cli.steps import phase_style, sign
from yamlflow.cli.text import clean, clip, duration_text, table

_HEADINGS = ("STEP", "TEMPLATE", "PODNAME", "DURATION")
_BRANCHES = {True: ("├─", "└─", "│ ", "──", "┬─"), False: ("|-", "`-", "| ", "--", "+-")}
_VALUE = 500
Row = tuple[str, ...]


def describe(workflow: Workflow, target: str, out: Output, now: float, *, wide: bool) -> Iterator[str]:
    """Yield the lines that show a run: what it is, its times and values, its steps."""
    for label, value in _facts(workflow, target, out, now):
        yield f"{label + ':':<20} {value}".rstrip()
    steps = [step for root in build(workflow) for step in _Steps(workflow, out, now, wide=wide).rows(root)]
    if steps:
        yield ""
        yield from _laid_out([((*_HEADINGS, *(("ARTIFACTS",) if wide else ()), "MESSAGE"), ""), *steps], out)


def _facts(workflow: Workflow, target: str, out: Output, now: float) -> Iterator[tuple[str, str]]:
    metadata, status = workflow["metadata"], status_of(workflow)
    state = state_of(workflow)
    yield "Name", metadata["name"]
    yield "Namespace", metadata.get("namespace", "")
    yield "Target", target
    yield "Status", out.paint(state, phase_style(state.partition(" ")[0]))
    if status.get("message"):
        yield "Message", clean(status["message"])
    times = (("Created", metadata), ("Started", status), ("Finished", status))
    for (label, source), key in zip(times, ("creationTimestamp", "startedAt", "finishedAt"), strict=True):
        moment = seconds(source.get(key))
        if moment is not None:
            yield label, f"{_local(moment)} ({duration_text(max(0.0, now - moment))} ago)"
    if duration(status, now) is not None:
        yield "Duration", duration_text(duration(status, now))
    if status.get("progress"):
        yield "Progress", status["progress"]
    yield from _values("Parameters", given_parameters(workflow))
    outputs = status.get("outputs") or {}
    known = [(item["name"], str(item["value"])) for item in outputs.get("parameters") or () if "value" in item]
    yield from _values("Output Parameters", known)
    yield from _values("Output Artifacts", [(item["name"], "") for item in outputs.get("artifacts") or ()])


def _values(label: str, pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if pairs:
        yield label, ""
        yield from ((f"  {name}", clip(clean(value), _VALUE)) for name, value in pairs)


def _local(moment: float) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(moment).astimezone().strftime("%a %b %d %H:%M:%S %z")


class _Steps:
    """Rows of the steps of a run, with the branches of the tree before their names."""

    def __init__(self, workflow: Workflow, out: Output, now: float, *, wide: bool) -> None:
        self._workflow = workflow
        self._nodes: dict[str, Node] = status_of(workflow).get("nodes") or {}
        self._reasons = Reasons(workflow)
        self._out = out
        self._now = now
        self._wide = wide

    def rows(self, step: Step, before: str = " ", under: str = " ") -> Iterator[tuple[Row, str]]:
        """Yield cells and phase of a step and of all below it; what ran side by side hangs on one branch."""
        group = step.type == "StepGroup"
        hidden = group or (step.type == "Retry" and len(step.children) == 1)
        if not hidden:
            yield self._cells(step.node, before), step.phase
        for index, child in enumerate(step.children):
            branch, bar = self._branch(index, len(step.children)) if group or not hidden else ("", "")
            if group:
                branch = self._side_by_side(branch, index, len(step.children))
            yield from self.rows(child, (before if hidden and index == 0 else under) + branch, under + bar)

    def _branch(self, index: int, count: int) -> tuple[str, str]:
        tee, corner, pipe, *_ = _BRANCHES[self._out.unicode]
        return (corner, "  ") if index == count - 1 else (tee, pipe)

    def _side_by_side(self, branch: str, index: int, count: int) -> str:
        *_, only, first = _BRANCHES[self._out.unicode]
        if index:
            return branch
        return only if count == 1 else first

    def _cells(self, node: Node, before: str) -> Row:
        mark = sign(node.get("phase") or "Pending", self._out)[0]
        pod = pod_of(self._workflow, node)
        reference = node.get("templateRef")
        made = (node.get("outputs") or {}).get("artifacts") or ()
        return (
            f"{before}{mark} {node.get('displayName', '')}",
            f"{reference['name']}/{reference['template']}" if reference else node.get("templateName", ""),
            pod,
            duration_text(duration(node, self._now)) if pod else "",
            *((",".join(item["name"] for item in made),) if self._wide else ()),
            clean(self._reasons.of(node, self._nodes)),
        )


def _laid_out(rows: list[tuple[Row, str]], out: Output) -> Iterator[str]:
    """Align the columns, then paint the signs: colours must not count as width."""
    for index, line in enumerate(table([row for row, _ in rows], gap=2)):
        row, phase = rows[index]
        if index == 0:
            yield out.paint(line, "bold")
            continue
        mark, style = sign(phase, out)
        at = line.index(f"{mark} ", row[0].index(mark))
        yield line[:at] + out.paint(mark, style) + line[at + len(mark) :]
