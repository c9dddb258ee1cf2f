"""From a pipeline to an Argo manifest."""

from yamlflow.render.workflow import render, render_owned

__all__ = ["render", "render_owned"]
