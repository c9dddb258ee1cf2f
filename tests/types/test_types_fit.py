"""Reading types, what fits what, and how types are written."""

import pytest

from yamlflow.types import Type, fits, parse_type, type_text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Integer", "Integer"),
        (" Float ", "Float"),
        ("MyOwn", "MyOwn"),
        ({"List": "Float"}, "{List: Float}"),
        ({"List": {"List": "Integer"}}, "{List: {List: Integer}}"),
        ({"JsonArray": "String"}, "{JsonArray: String}"),
        ({"GCSPath": {"data_type": "CSV"}}, "{GCSPath: {data_type: CSV}}"),
        ({"GCSPath": {"b": 1, "a": "x"}}, "{GCSPath: {a: x, b: 1}}"),
        ({"List": {"GCSPath": {"data_type": "CSV"}}}, "{List: {GCSPath: {data_type: CSV}}}"),
        ({"List": {"data_type": "CSV"}}, "{List: {data_type: CSV}}"),
        ({"Model": None}, "Model"),
        ({"Model": {}}, "Model"),
        (
            {"JsonObject": {"openapi_schema_validator": {"type": "object"}}},
            '{JsonObject: {openapi_schema_validator: {"type": "object"}}}',
        ),
    ],
)
def test_read_and_written(data, text) -> None:
    assert type_text(parse_type(data)) == text


def test_no_type_is_any() -> None:
    assert type_text(None) == "any type"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (5, "a type is a name, or one name with its properties"),
        (["Integer"], "a type is a name, or one name with its properties"),
        ("", "the name of a type is text"),
        ({}, "a type has one name, not 0"),
        ({"A": {}, "B": {}}, "a type has one name, not 2"),
        ({1: {}}, "the name of a type is text"),
        ({"Model": "x"}, "the properties of `Model` are a mapping"),
    ],
)
def test_refused(data, reason) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        parse_type(data)


@pytest.mark.parametrize(
    ("produced", "wanted", "fit"),
    [
        ("Integer", "Integer", True),
        ("Integer", "Float", True),
        ("Float", "Integer", False),
        ("Integer", "String", False),
        ("Float", "String", False),
        ("String", "Integer", False),
        ("String", "URI", False),
        ("List", "JsonArray", True),
        ("JsonObject", "Dict", True),
        ("List", "Dict", False),
        ({"List": "Integer"}, {"List": "Float"}, True),
        ({"List": "Float"}, {"List": "Integer"}, False),
        ({"List": "Float"}, {"JsonArray": "Float"}, True),
        ({"List": "Float"}, "List", True),
        ("List", {"List": "Float"}, True),
        ({"List": "String"}, {"List": "Float"}, False),
        ("GCSPath", {"GCSPath": {"data_type": "CSV"}}, False),
        ({"GCSPath": {"data_type": "CSV"}}, "GCSPath", False),
        ({"GCSPath": {"data_type": "CSV"}}, {"GCSPath": {"data_type": "CSV"}}, True),
        ({"GCSPath": {"data_type": "TSV"}}, {"GCSPath": {"data_type": "CSV"}}, False),
        ("GCSPath", {"GCSPath": {"openapi_schema_validator": {"type": "string"}}}, True),
        ("Mine", "Mine", True),
        ("Mine", "mine", False),
        (None, "Integer", True),
        ("Integer", None, True),
        (None, None, True),
    ],
)
def test_fits(produced, wanted, fit) -> None:
    read = [None if data is None else parse_type(data) for data in (produced, wanted)]
    assert fits(*read) is fit


def test_groups() -> None:
    kinds = {
        name: [kind for kind in ("is_number", "is_list", "is_mapping", "is_text") if getattr(Type(name), kind)]
        for name in ("Integer", "Float", "Bool", "List", "JsonObject", "String", "Model")
    }
    assert kinds == {
        "Integer": ["is_number"],
        "Float": ["is_number"],
        "Bool": [],
        "List": ["is_list"],
        "JsonObject": ["is_mapping"],
        "String": ["is_text"],
        "Model": ["is_text"],
    }


@pytest.mark.parametrize(
    ("spelt", "name"), [("Boolean", "Bool"), ("Dictionary", "Dict"), ("int", "Integer"), ("str", "String")]
)
def test_other_names_of_a_type(spelt, name) -> None:
    assert parse_type(spelt) == parse_type(name)
