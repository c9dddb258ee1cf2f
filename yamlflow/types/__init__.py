"""The type system: names, properties, what fits what, constants."""

from yamlflow.types.constants import bool_text, constant_error, constant_text, parse_bool, parse_float, parse_integer
from yamlflow.types.type import NAMES, Type, fits, parse_type, type_data, type_text

__all__ = [
    "NAMES",
    "Type",
    "bool_text",
    "constant_error",
    "constant_text",
    "fits",
    "parse_bool",
    "parse_float",
    "parse_integer",
    "parse_type",
    "type_data",
    "type_text",
]
