"""What is decided about a run before it is submitted: its name and its namespace."""

from typing import Any

from yamlflow.app.errors import UsageError
from yamlflow.argo.ids import is_dns_label, random_suffix

_RULE = "lower case letters, digits and `-`, at most 63"


def rename(manifest: dict[str, Any], name: str | None, prefix: str | None) -> None:
    """Give the run a name, or what its name begins with."""
    metadata = manifest["metadata"]
    if name is not None:
        if not is_dns_label(name):
            raise UsageError(f"`--name {name}` is no name for a run", hint=_RULE)
        metadata.pop("generateName", None)
        metadata["name"] = name
    elif prefix is not None:
        if not is_dns_label(prefix + random_suffix()):
            raise UsageError(f"`--generate-name {prefix}` begins no name for a run", hint=_RULE)
        metadata.pop("name", None)
        metadata["generateName"] = prefix


def namespace_of(manifest: dict[str, Any]) -> str | None:
    """Return the namespace that a manifest asks for."""
    return manifest["metadata"].get("namespace") or None
