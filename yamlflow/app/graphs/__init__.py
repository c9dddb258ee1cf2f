"""Pictures of pipelines. A new format is a module and a row here."""

from yamlflow.pipeline.model import Pipeline

FORMATS = ("text", "mermaid", "dot", "svg")
"""Each is a module with a function of the same name: from a pipeline's name and picture to text."""


def graph(pipeline: Pipeline, form: str) -> str:
    """Return the picture of a linked pipeline in one of the formats."""
    from importlib import import_module

    from yamlflow.app.graphs.picture import draw

    write = getattr(import_module(f"yamlflow.app.graphs.{form}"), form)
    found: str = write(pipeline.name, draw(pipeline))
    return found
