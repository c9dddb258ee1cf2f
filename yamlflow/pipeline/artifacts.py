"""Arguments that say where a file comes from: `{artifact: {s3: {...}}}`, in Argo's own form."""

from yamlflow.diagnostics import Sink
from yamlflow.pipeline.model import Task, Value
from yamlflow.source import Mapping
from yamlflow.source.fields import place

SOURCES = ("s3", "gcs", "http", "git", "oss", "azure", "hdfs", "artifactory", "raw", "plugin")


def artifact_of(value: Value) -> Mapping | None:
    """Return what an argument says of a file, None when it is a plain value."""
    node = value.node
    if not isinstance(node, Mapping) or list(node.entries) != ["artifact"]:
        return None
    found = node.get("artifact")
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
