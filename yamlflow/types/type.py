"""The types of inputs and outputs: names with properties, and what fits what."""

from typing import NamedTuple

# fmt: off
NAMES = frozenset({
    "String", "Integer", "Float", "Bool", "List", "Dict", "JsonArray", "JsonObject", "URI", "LocalPath",
    "GCSPath", "GCRPath", "GCPProjectID", "GCPRegion", "CSV", "TSV", "Model", "Dataset", "Metrics", "HTML",
    "Markdown", "ApacheParquet", "Artifact", "Secret",
})
# fmt: on
NUMBERS = frozenset({"Integer", "Float"})
LISTS = frozenset({"List", "JsonArray"})
MAPPINGS = frozenset({"Dict", "JsonObject"})
_SAME = {"JsonArray": "List", "JsonObject": "Dict"}
# Names by which public components call the same types.
_ALIASES = {
    "Boolean": "Bool",
    "Dictionary": "Dict",
    "str": "String",
    "int": "Integer",
    "float": "Float",
    "bool": "Bool",
    "list": "List",
    "dict": "Dict",
}
VALIDATOR = "openapi_schema_validator"


class Type(NamedTuple):
    """A type: its name, the type of a list's elements, and its properties, sorted by name."""

    name: str
    element: "Type | None" = None
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is Integer or Float."""
        return self.name in NUMBERS

    @property
    def is_list(self) -> bool:
        """Whether it is List or JsonArray."""
        return self.name in LISTS

    @property
    def is_mapping(self) -> bool:
        """Whether it is Dict or JsonObject."""
        return self.name in MAPPINGS

    @property
    def is_text(self) -> bool:
        """Whether its values are plain text to an expression: neither number, Bool, list nor mapping."""
        return self.name != "Bool" and not (self.is_number or self.is_list or self.is_mapping)


def parse_type(data: object) -> Type:
    """Read a type from plain data: a name, `{Name: properties}` or `{List: Element}`; ValueError says what is wrong."""
    if isinstance(data, str):
        return Type(_name(data))
    if not isinstance(data, dict):
        raise ValueError("a type is a name, or one name with its properties")
    if len(data) != 1:
        raise ValueError(f"a type has one name, not {len(data)}")
    ((key, value),) = data.items()
    name = _name(key)
    if name in LISTS and _is_element(value):
        return Type(name, parse_type(value))
    if value is None:
        return Type(name)
    if not isinstance(value, dict):
        raise ValueError(f"the properties of `{name}` are a mapping")
    return Type(name, None, tuple(sorted((str(k), _property(v)) for k, v in value.items())))


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("the name of a type is text")
    return _ALIASES.get(value.strip(), value.strip())


def _is_element(value: object) -> bool:
    """Tell `{List: {GCSPath: ...}}`, an element type, from `{List: {data_type: ...}}`, properties."""
    if isinstance(value, dict) and len(value) == 1:
        key = next(iter(value))
        return isinstance(key, str) and key[:1].isupper()
    return isinstance(value, str)


def _property(value: object) -> str:
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, sort_keys=True)


def fits(produced: Type | None, wanted: Type | None) -> bool:
    """Whether a value of type `produced` may go where `wanted` is declared; no type fits all.

    A schema validator among the properties describes values, not the type, and is not compared.
    """
    if produced is None or wanted is None:
        return True
    name, wanted_name = (_SAME.get(one.name, one.name) for one in (produced, wanted))
    if name != wanted_name:
        return name == "Integer" and wanted_name == "Float" and not (produced.properties or wanted.properties)
    return fits(produced.element, wanted.element) and _compared(produced) == _compared(wanted)


def _compared(one: Type) -> list[tuple[str, str]]:
    return [pair for pair in one.properties if pair[0] != VALIDATOR]


def type_data(type_: Type) -> object:
    """Return a type as plain data, from which it can be read again."""
    if type_.element is not None:
        return {type_.name: type_data(type_.element)}
    return {type_.name: dict(type_.properties)} if type_.properties else type_.name


def type_text(one: Type | None) -> str:
    """Return the type as a user writes it: `Float`, `{List: Float}`, `{GCSPath: {data_type: CSV}}`."""
    if one is None:
        return "any type"
    if one.element is not None:
        return f"{{{one.name}: {type_text(one.element)}}}"
    if one.properties:
        inner = ", ".join(f"{key}: {value}" for key, value in one.properties)
        return f"{{{one.name}: {{{inner}}}}}"
    return one.name
