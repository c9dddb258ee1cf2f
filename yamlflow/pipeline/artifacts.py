"""Where files come from and go to, in Argo's own form: `{artifact: {s3: {...}}}` of arguments, `artifacts` of tasks."""

from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.pipeline.model import Task, Value
from yamlflow.source import Mapping, Node
from yamlflow.source.fields import place

SOURCES = ("s3", "gcs", "http", "git", "oss", "azure", "hdfs", "artifactory", "raw", "plugin")
_ONLY_READ = ("git", "raw")
_WRITERS = ("component", "container", "containerSet", "run")
_OWN = ("name", "path", "from", "fromExpression")


def is_artifact(node: Node) -> bool:
    """Whether an argument says where a file comes from."""
    return (
        isinstance(node, Mapping) and list(node.entries) == ["artifact"] and isinstance(node.get("artifact"), Mapping)
    )


def artifact_of(value: Value) -> Mapping | None:
    """Return what an argument says of a file, None when it is a plain value."""
    found = value.node.get("artifact") if isinstance(value.node, Mapping) and is_artifact(value.node) else None
    return found if isinstance(found, Mapping) else None


def check_artifact(task: Task, name: str, node: Mapping, sink: Sink) -> None:
    """Report an artifact for an input that is no file, and one that comes from nowhere."""
    by_value = task.call is not None or (task.component is not None and "path" not in task.component.consumes(name))
    if by_value or (task.component is not None and "value" in task.component.consumes(name)):
        message = f"input `{name}` of task `{task.name}` is read as text: an artifact is a file"
        sink.error("invalid-constant", message, place(node))
    given = [key for key in SOURCES if key in node]
    if len(given) != 1:
        message = f"the artifact for input `{name}` of task `{task.name}` needs exactly one source"
        sink.error("wrong-kind", message, place(node), notes=(f"one of: {', '.join(SOURCES)}",))


def check_destinations(task: Task, sink: Sink) -> None:
    """Report places for outputs that a task does not have, or that are no files; and places that can be none."""
    for name, (span, value) in task.destinations.items() if task.kind in _WRITERS else ():
        node = value.node
        if task.outputs is not None and name not in task.outputs:
            listed = ", ".join(task.outputs) or "none"
            message, note = f"task `{task.name}` has no output `{name}`", f"its outputs: {listed}"
            sink.error("unknown-output", message, span, did_you_mean(name, task.outputs), notes=(note,))
        elif task.printed == name:
            message = f"output `{name}` of task `{task.name}` is what it prints, not a file"
            sink.error("invalid-value", message, span, f"write it to the file `$OUTPUT_{name.upper()}`")
        if not isinstance(node, Mapping):
            continue
        places = [key for key in SOURCES if key in node]
        if len(places) > 1:
            message = f"output `{name}` of task `{task.name}` goes to more than one place: {', '.join(places)}"
            sink.error("several-kinds", message, node.key_span(places[1]))
        for key in (*_ONLY_READ, *_OWN):
            if key in node:
                message = f"`{key}` cannot be given to what a task puts out"
                sink.error("misplaced-key", message, node.key_span(key))
