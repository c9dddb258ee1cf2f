"""Data as text for machines."""

from collections.abc import Sequence


def dump_all(items: Sequence[object], form: str) -> str:
    """Return data as text: one item as it is, several as YAML documents or as a `List` of Kubernetes in JSON."""
    if len(items) == 1:
        return dump(items[0], form)
    if form == "json":
        return dump({"apiVersion": "v1", "kind": "List", "items": items}, form)
    return "---\n".join(dump(item, form) for item in items)


def dump(data: object, form: str) -> str:
    """Return data as `json` or `yaml` text that ends with a line break."""
    if form == "json":
        import json

        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    from yamlflow.source import write_yaml

    return write_yaml(data)
