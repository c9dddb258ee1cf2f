"""Where the artifacts of a run go: what its repository and its templates say of keys and logs."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from yamlflow.engine.gojson import plain_text
from yamlflow.engine.objects import CONFIG_MAP, Objects
from yamlflow.engine.scope import Scope, fill
from yamlflow.engine.templates import TemplateDict

_CONFIG, _DEFAULT = "artifact-repositories", "workflows.argoproj.io/default-artifact-repository"
_FORMATS = {"s3": "keyFormat", "gcs": "keyFormat", "oss": "keyFormat", "azure": "blobNameFormat", "hdfs": "pathFormat"}
_PREFIX = "{{workflow.name}}/{{pod.name}}"

Location = dict[str, Any]


class ArtifactRepository(NamedTuple):
    """A repository as a ConfigMap describes it. `status` is what Argo says of it in the status of a run."""

    settings: dict[str, Any]
    status: dict[str, Any]

    @property
    def keeps_logs(self) -> bool:
        """Whether the output of every task is kept."""
        return bool(self.settings.get("archiveLogs"))

    @property
    def key_format(self) -> str:
        """What the keys of artifacts begin with."""
        formats = ((self.settings.get(kind) or {}).get(field) for kind, field in _FORMATS.items())
        return plain_text(next(filter(None, formats), _PREFIX))

    @property
    def bucket(self) -> Location | None:
        """The bucket to read from what is not on this machine."""
        s3 = self.settings.get("s3") or {}
        wanted = {key: value for key, value in s3.items() if key != "keyFormat"}
        return wanted if s3.get("bucket") and s3.get("endpoint") else None


def repository_of(spec: dict[str, Any], namespace: str, objects: Objects) -> ArtifactRepository | None:
    """Return the repository that a run names, or the default one of the namespace; None when nothing tells it."""
    reference = spec.get("artifactRepositoryRef") or {}
    name = str(reference.get("configMap") or _CONFIG)
    config = objects.get((CONFIG_MAP, name)) or {}
    annotations = (config.get("metadata") or {}).get("annotations") or {}
    key = str(reference.get("key") or annotations.get(_DEFAULT) or "")
    text = (config.get("data") or {}).get(key)
    settings = _read(str(text)) if text else None
    if settings is None:
        return None
    where = {"configMap": name, "key": key, "namespace": namespace}
    return ArtifactRepository(settings, {**where, "artifactRepository": settings})


def _read(text: str) -> dict[str, Any] | None:
    from yamlflow.argo.goyaml import go_data
    from yamlflow.diagnostics import Sink, SourceText
    from yamlflow.source import read_source

    node = read_source(SourceText(_CONFIG, text), Sink())
    data = go_data(node) if node is not None else None
    return data if isinstance(data, dict) else None


def keeps_log(repository: ArtifactRepository | None, spec: dict[str, Any], template: TemplateDict) -> bool:
    """Whether the output of a program becomes an artifact."""
    if repository is not None and repository.keeps_logs:
        return True
    own = (template.get("archiveLocation") or {}).get("archiveLogs")
    return bool(spec.get("archiveLogs") if own is None else own)


def prefix_of(repository: ArtifactRepository | None, template: TemplateDict, scope: Scope) -> str:
    """Return what the keys of a task's artifacts begin with."""
    own = plain_text(_location(template).get("key"))
    return fill(own or (repository.key_format if repository is not None else _PREFIX), scope).rstrip("/")


def placed(artifacts: Iterable[dict[str, Any]], template: TemplateDict, prefix: str) -> tuple[dict[str, Any], ...]:
    """Return output artifacts, those without a place of their own with that of their template, if it has one."""
    location = _location(template)
    if not (location.get("bucket") and location.get("endpoint")):
        return tuple(artifacts)
    return tuple(_in(location, prefix, item) for item in artifacts)


def _location(template: TemplateDict) -> Location:
    return (template.get("archiveLocation") or {}).get("s3") or {}


def _in(location: Location, prefix: str, artifact: dict[str, Any]) -> dict[str, Any]:
    from yamlflow.engine.inputs import has_location

    if has_location(artifact):
        return artifact
    return {**artifact, "s3": {**location, "key": f"{prefix}/{file_name(artifact)}"}}


def file_name(artifact: dict[str, Any]) -> str:
    """Return the last part of an artifact's key."""
    archive = artifact.get("archive") or {}
    if "none" in archive:
        return str(artifact["path"]).rstrip("/").rpartition("/")[2]
    return f"{artifact['name']}.{'zip' if 'zip' in archive else 'tgz'}"
