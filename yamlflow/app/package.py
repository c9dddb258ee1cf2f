"""A manifest as a package that Kubeflow Pipelines takes: one `pipeline.yaml`, equal bytes for equal manifests."""

from typing import Any

from yamlflow.app.errors import UsageError
from yamlflow.app.kubeflow import with_dependencies
from yamlflow.app.output import dump

ENDINGS = (".yaml", ".zip", ".tar.gz")
_INSIDE = "pipeline.yaml"


def package(manifest: dict[str, Any], path: str) -> bytes:
    """Return the content of a package; the ending of its path says which form it has."""
    ending = ending_of(path)
    content = dump(with_dependencies(manifest), "yaml").encode()
    if ending == ".zip":
        return _zip(content)
    return _tar(content) if ending == ".tar.gz" else content


def ending_of(path: str) -> str:
    """Return the ending of a package's path; UsageError when it is none of those known."""
    found = next((ending for ending in ENDINGS if path.endswith(ending)), None)
    if found is None:
        raise UsageError(f"`{path}` does not end with {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    return found


def _zip(content: bytes) -> bytes:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # Without a date a package is the same each time; the format knows none before 1980.
        entry = zipfile.ZipInfo(_INSIDE, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, content)
    return buffer.getvalue()


def _tar(content: bytes) -> bytes:
    import gzip
    import io
    import tarfile

    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
        entry = tarfile.TarInfo(_INSIDE)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
