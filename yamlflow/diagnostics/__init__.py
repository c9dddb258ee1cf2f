"""What yamlflow says about a user's files: places, findings, and how they are printed."""

from yamlflow.diagnostics.diagnostic import Diagnostic, Ignore, Related, Severity, Sink
from yamlflow.diagnostics.fix import Edit, Fix
from yamlflow.diagnostics.nearest import did_you_mean, nearest
from yamlflow.diagnostics.span import SourceText, Span

__all__ = [
    "Diagnostic",
    "Edit",
    "Fix",
    "Ignore",
    "Related",
    "Severity",
    "Sink",
    "SourceText",
    "Span",
    "did_you_mean",
    "nearest",
]
