"""From a pipeline to an Argo manifest."""

from yamlflow.render.workflow import render

__all__ = ["render"]
