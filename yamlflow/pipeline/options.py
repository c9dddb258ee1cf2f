"""What any task may say besides its kind and its data."""

from typing import Literal, NamedTuple

from yamlflow.source import Mapping, Node, Scalar


class Source(NamedTuple):
    """Where an environment variable comes from besides text: `secret`, `configMap` (name, key) or `field` (path)."""

    kind: Literal["secret", "configMap", "field"]
    name: str
    key: str


class Retry(NamedTuple):
    """How often and when a task is tried again; durations in seconds."""

    limit: int | None
    policy: str
    duration: int | None
    factor: int | None
    max_duration: int | None


class Resources(NamedTuple):
    """Kubernetes quantities by resource name."""

    requests: dict[str, str]
    limits: dict[str, str]


class Options:
    """What any task may say besides its kind and its data."""

    __slots__ = (
        "annotations",
        "description",
        "image_pull_policy",
        "labels",
        "node_selector",
        "resources",
        "retry",
        "service_account",
        "timeout",
        "workdir",
    )

    def __init__(self) -> None:
        self.description = ""
        self.retry: Retry | None = None
        self.timeout: int | None = None
        self.resources: Resources | None = None
        self.workdir = ""
        self.labels: dict[str, str] = {}
        self.annotations: dict[str, str] = {}
        self.service_account = ""
        self.image_pull_policy = ""
        self.node_selector: dict[str, str] = {}


class Script(NamedTuple):
    """The body of a `run:` task."""

    source: Scalar
    shell: str
    image: str
    stdout: str | None


class Defaults(NamedTuple):
    """What tasks take when they do not say it themselves."""

    image: str
    options: Options


class Shared(NamedTuple):
    """What all pipelines of a project can use: named components, relative to a folder, and defaults of tasks."""

    components: dict[str, Node]
    folder: str
    defaults: Mapping | None
