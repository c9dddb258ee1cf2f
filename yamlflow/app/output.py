"""Data as text for machines."""


def dump(data: object, form: str) -> str:
    """Return data as `json` or `yaml` text that ends with a line break."""
    if form == "json":
        import json

        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    from yamlflow.source import write_yaml

    return write_yaml(data)
