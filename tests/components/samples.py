# ruff: noqa
# fmt: off
"""Functions that the tests make components of; this file is never imported, as its first import shows."""

from __future__ import annotations

import package_that_is_nowhere
import typing
from collections import namedtuple
from typing import Any, Dict, List, Literal, NamedTuple, Optional, Union

import kfp.components as comp
from kfp.components import InputPath, InputTextFile, OutputBinaryFile, OutputTextFile
from kfp.components import InputBinaryFile as Bytes
from kfp.components import OutputPath as Out

raise SystemExit("this file must never run")


class Parts(NamedTuple):
    """Quotient and remainder."""

    quotient: int
    remainder: int = 0
    exact: "bool" = False


Pair = namedtuple("Pair", ["left", "right"])


def add(a: float, b: float = 4) -> float:
    """Add two numbers,
    whatever they are.

    Nobody reads this.

    Args:
        a: the first number
        b (float): the second number,
            which has a default: 4
    Returns:
        sum: of both
    """
    return a + b


@package_that_is_nowhere.decorator(
    with_arguments=lambda: None,
)
@typing.no_type_check
def greet(name, greeting: str = "Hello"):
    print(f"{greeting}, {name}!")


def say(name: str) -> str:
    return f"{{{name}}}"


def divide(dividend: int, divisor: int) -> NamedTuple("Outputs", [("quotient", int), ("remainder", int)]):
    from collections import namedtuple

    return namedtuple("Outputs", ["quotient", "remainder"])(dividend // divisor, dividend % divisor)


def divide_by_class(dividend: int, divisor: int) -> Parts:
    if dividend % divisor == 0:
        return Parts(dividend // divisor, exact=True)
    return Parts(dividend // divisor, dividend % divisor)


def divide_by_text(dividend: int, divisor: int) -> "NamedTuple('O', [('quotient', float), ('as_text', str)])":
    return dividend / divisor, str(dividend / divisor)


def pair(left: str) -> Pair:
    return Pair(left, right=[left])


def keywords(a: int) -> typing.NamedTuple("Outputs", doubled=int, listed=list):
    return (2 * a, [a, a])


def kinds(
    i: int, f: float, b: bool, s: str, l: list, d: dict, n=None, any_: Any = None
) -> NamedTuple("Kinds", [("i", int), ("f", float), ("b", bool), ("s", str), ("l", list), ("d", dict), ("n", Any)]):
    assert (type(i), type(f), type(b), type(s), type(l), type(d)) == (int, float, bool, str, list, dict)
    return i, f, b, s, l, d, n


def annotated(
    a: Optional[int] = None,
    b: int | None = 3,
    c: "Optional[float]" = None,
    d: Union[str, None] = None,
    e: Union[int, str] = 1,
    f: List[float] = [0.5],
    g: typing.Dict[str, int] = {"b": 1, "a": 2},
    h: Literal["fast", "exact"] = "fast",
    i: "GCSPath" = "gs://bucket",
    j: {"GCSPath": {"data_type": "CSV"}} = None,
    k: list[list[int]] = [[1]],
    l: package_that_is_nowhere.DataFrame = None,
    m: "type with blanks" = None,
    n: Literal[1, "a"] = 1,
    o: float = -0.5,
    p: int = 1.5,
    q: tuple = (1, 2),
) -> Dict[str, int]:
    return {"given": sum(item is not None for item in (a, b, c, d, e, f))}


def files(
    data_path: InputPath("CSV"),
    notes_file: InputTextFile(),
    raw_file: Bytes(str),
    model_path: Out("Model"),
    log_file: OutputTextFile("Log"),
    blob_file: OutputBinaryFile(),
    other_path: comp.InputPath = None,
) -> int:
    with open(data_path) as data, open(model_path, "w") as model:
        model.write(data.read().upper())
    log_file.write(notes_file.read())
    blob_file.write(raw_file.read())
    return 1 if other_path is None else 2


def same_names(output_path: Out(str), output: int, Output_path: Out()) -> str:
    with open(output_path, "w") as file:
        file.write(str(output))
    with open(Output_path, "w") as file:
        file.write("path")
    return "returned"


def only_keywords(*, a: int, b_c: str = "x") -> str:
    return f"{a}{b_c}"


def inner_annotations(
    a: (int),  # ( not code
    b: List[
        int
    ] = [1, 2],  # -> neither
) -> (  # the arrow is before
    int
):
    # A comment stays.
    def helper(x: package_that_is_nowhere.X, *y: Foo) -> package_that_is_nowhere.Y:
        z: package_that_is_nowhere.Z = x
        return z

    class Inner:
        def method(self, x: Foo = 1) -> "Bar": return x

    square = lambda x: x * x  # noqa
    return helper(a) + sum(b) + Inner().method() + square(1)


if True:

    def indented(text: str) -> str:
        """Keep the lines of texts."""
        lines = """first
        second
  third"""
        formatted = f"""{text}
        {text}"""
        if text:
            return lines + formatted
        return ""


try:
    pass
except Exception:

    def overwritten() -> str:
        return "wrong"
else:

    def overwritten() -> str:
        return "right"


def one_line(a: int = 1) -> int: return a + 1


def nothing() -> None:
    print("nothing")


def description_with_percent(a: int) -> int:
    """Give 100% of %s."""
    return a


def wants_modules(json: int, argparse: int, os: int) -> int:
    return json + argparse + os


def json(text: str) -> list:
    return [text]
