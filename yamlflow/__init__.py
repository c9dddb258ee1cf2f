"""Pipelines as YAML: checked, rendered to Argo Workflows, run here or on a cluster."""

__version__ = "0.1.0"
