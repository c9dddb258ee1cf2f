"""Where pipelines run: one protocol, one module for each target, imported when it is used."""

from yamlflow.targets.protocol import LogLine, RunNotFoundError, Target, TargetError, Workflow

MODULES = {"local": "yamlflow.targets.local", "argo": "yamlflow.targets.argo_server"}
"""Which module each kind of target is in; each has a `connect(...)`."""

__all__ = ["MODULES", "LogLine", "RunNotFoundError", "Target", "TargetError", "Workflow"]
