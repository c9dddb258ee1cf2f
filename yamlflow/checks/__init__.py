"""Checks beyond names and types: one rule a module, in an explicit order."""

from yamlflow.checks.registry import run_checks

__all__ = ["run_checks"]
