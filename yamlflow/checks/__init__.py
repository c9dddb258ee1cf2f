"""Checks beyond names and types: one rule a module, in an explicit order."""

from yamlflow.checks.registry import RENDERABLE, run_checks

__all__ = ["RENDERABLE", "run_checks"]
