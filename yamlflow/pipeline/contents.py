"""What tasks of the smaller kinds do: a class for each kind."""

from collections.abc import Iterator

from yamlflow.pipeline.model import Input, Value
from yamlflow.pipeline.options import Source
from yamlflow.source import Mapping, Scalar

APPROVED = "approved"
"""The output of `approve` that says what the person decided."""


class Content:
    """What a task of another kind than a program or a group does; a class for each kind."""

    __slots__ = ()

    printed: str | None = None
    """The output that is Argo's `result`."""

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        yield from ()


class Approve(Content):
    """Waits for a person, at most `timeout` seconds; `gate` says whether the person may refuse what comes after it."""

    __slots__ = ("gate", "inputs", "message", "timeout")

    def __init__(self, message: Value | None, inputs: dict[str, Input], timeout: int | None, *, gate: bool) -> None:
        self.message = message
        self.inputs = inputs
        self.timeout = timeout
        self.gate = gate

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        if self.message is not None:
            yield self.message


class Sleep(Content):
    """Waits for a time."""

    __slots__ = ("duration",)

    def __init__(self, duration: Value) -> None:
        self.duration = duration

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        yield self.duration


class Resource(Content):
    """Makes, changes or reads an object of Kubernetes.

    `file` is the path of one in which the object stands; `paths` say by output where it stands in the object.
    """

    __slots__ = ("action", "failure", "file", "flags", "manifest", "merge", "node", "owned", "paths", "success")

    def __init__(self, node: Mapping, action: str, manifest: Value | None) -> None:
        self.node = node
        self.action = action
        self.manifest = manifest
        self.success: Value | None = None
        self.failure: Value | None = None
        self.file: Scalar | None = None
        self.flags: list[Value] = []
        self.merge = ""
        self.owned = False
        self.paths: dict[str, tuple[str, str]] = {}

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        yield from (value for _, value in self.manifest.filled) if self.manifest is not None else ()
        yield from (value for value in (self.success, self.failure, *self.flags) if value is not None)


class Http(Content):
    """Sends a request."""

    __slots__ = ("body", "headers", "insecure", "method", "success", "timeout", "url")
    printed = "body"

    def __init__(self, url: Value, headers: dict[str, Value | Source]) -> None:
        self.url = url
        self.headers = headers
        self.method: Value | None = None
        self.body: Value | None = None
        self.success = ""
        self.timeout: int | None = None
        self.insecure = False

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        given = (self.url, self.method, self.body, *self.headers.values())
        yield from (value for value in given if isinstance(value, Value))


class TemplateReference(Content):
    """Runs a template of a WorkflowTemplate; `files` are the inputs that it takes as artifacts."""

    __slots__ = ("cluster", "files", "template", "workflow")

    def __init__(self, workflow: str, template: str, cluster: bool) -> None:
        self.workflow = workflow
        self.template = template
        self.cluster = cluster
        self.files: frozenset[str] = frozenset()


class NewVolume(Content):
    """Makes a PersistentVolumeClaim."""

    __slots__ = ("keep", "modes", "size", "snapshot", "storage_class")

    def __init__(self, size: Value, modes: tuple[str, ...], storage_class: str, keep: bool) -> None:
        self.size = size
        self.modes = modes
        self.storage_class = storage_class
        self.keep = keep
        self.snapshot: Value | None = None

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        yield self.size
        if self.snapshot is not None:
            yield self.snapshot


class Snapshot(Content):
    """Makes a VolumeSnapshot."""

    __slots__ = ("keep", "of", "snapshot_class")

    def __init__(self, of: Value, snapshot_class: str, keep: bool) -> None:
        self.of = of
        self.snapshot_class = snapshot_class
        self.keep = keep

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        yield self.of
