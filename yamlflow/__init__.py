"""Pipelines as YAML: checked, rendered to Argo Workflows, run here or on a cluster."""

import sys
from types import ModuleType

TYPE_CHECKING = False  # as type checkers know it: the module `typing` would slow the start
if TYPE_CHECKING:
    from yamlflow.api import (
        Client,
        Diagnostic,
        InvalidPipelineError,
        LogLine,
        Pipeline,
        RequestError,
        RunNotFoundError,
        TargetError,
        load,
        render,
        validate,
    )

__version__ = "0.1.0"
__all__ = [
    "Client",
    "Diagnostic",
    "InvalidPipelineError",
    "LogLine",
    "Pipeline",
    "RequestError",
    "RunNotFoundError",
    "TargetError",
    "load",
    "render",
    "validate",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import the API when a name of it is first used."""
        if name not in __all__:
            raise AttributeError(f"module `yamlflow` has no attribute `{name}`")
        from importlib import import_module

        return getattr(import_module("yamlflow.api"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps the names of the API: the import of a package of the same name would put that in their place."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
