"""Components: the KFP v1 component spec and Python functions, read to one model."""

from yamlflow.components.command import Command, resolve_command
from yamlflow.components.loader import Loader
from yamlflow.components.model import (
    Arg,
    Component,
    Concat,
    Container,
    If,
    Input,
    InputPath,
    InputValue,
    IsPresent,
    Origin,
    Output,
    OutputPath,
    Uses,
)
from yamlflow.components.naming import SHOWN, sanitize
from yamlflow.components.python_docstring import described
from yamlflow.components.spec import container_spec, parse_spec

__all__ = [
    "SHOWN",
    "Arg",
    "Command",
    "Component",
    "Concat",
    "Container",
    "If",
    "Input",
    "InputPath",
    "InputValue",
    "IsPresent",
    "Loader",
    "Origin",
    "Output",
    "OutputPath",
    "Uses",
    "container_spec",
    "described",
    "parse_spec",
    "resolve_command",
    "sanitize",
]
