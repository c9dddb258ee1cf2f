# ruff: noqa
# fmt: off
"""Functions that cannot be components, and one that can."""

from collections import namedtuple
from typing import NamedTuple

from kfp.components import InputPath, InputTextFile, OutputPath
from kfp.v2.dsl import Input, Model, Output

LIMIT = 3
shout = lambda text: text.upper()  # noqa: E731


def good(text: str) -> str:
    def inner(text: str) -> str:
        return text

    return inner(text)


def star(*names: str, **options: str) -> None:
    print(names, options)


def positional(a: int, b: int, /, c: int) -> int:
    return a + b + c


def lambda_default(a: int = LIMIT, key=lambda x: x, b: float = 1 / 3, c: list = [LIMIT]) -> int:
    return a


async def asynchronous(a: int) -> int:
    return a


def annotations(a: 5, b: int + str, c: {"A": {}, "B": {}}, d: make(3), é: 'Größe', f: InputPath(7)) -> OutputPath():
    return a


def file_defaults(data_path: InputPath("CSV") = "x", text_file: InputTextFile() = None, out: OutputPath() = None):
    pass


def dict_return(a: int) -> {"sum": int}:
    return {"sum": a}


def v2(data: Input[Model], model: Output[Model]) -> None:
    pass


def outputs_not_understood(a: int) -> NamedTuple("Outputs", FIELDS):
    return a
