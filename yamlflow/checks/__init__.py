"""Checks beyond names and types: one rule a module, in an explicit order."""

from yamlflow.checks.registry import RENDERABLE, Checks

__all__ = ["RENDERABLE", "Checks"]
