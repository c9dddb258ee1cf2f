"""Templates that yield YAML: Jinja in a sandbox, values, and the way back from each place of the result."""

ENDINGS = (".yaml.j2", ".yml.j2")
SCHEMA = "values.schema.json"
"""The file beside `yamlflow.yaml` that says what values may be."""


def is_template(path: str) -> bool:
    """Whether a file is a template, by its name."""
    return path.endswith(ENDINGS)
