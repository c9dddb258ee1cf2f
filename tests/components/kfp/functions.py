# ruff: noqa
# fmt: off
"""Functions that yamlflow and the SDK of Kubeflow Pipelines v1 make components of."""

import typing
from typing import Any, Dict, List, NamedTuple, Optional
from collections import namedtuple
from kfp.components import InputBinaryFile, InputPath, InputTextFile, OutputBinaryFile, OutputPath, OutputTextFile


class Parts(NamedTuple):
    quotient: int
    d: dict
    l: list


def add(a: float, b: float = 4.0) -> float:
    """Add two numbers.

    Args:
        a: the first
        b: the second: one
    """
    return a + b


def kinds(i: int, f: float, b: bool, s: str, l: list, d: dict, n=None, o: Optional[int] = None, da: Dict = {"b": [1], "a": None}, la: list = [1, "x"], t: bool = True, ff: float = 1e-7, i2: int = 12) -> NamedTuple("Kinds", [("i", int), ("f", float), ("b", bool), ("s", str), ("l", list), ("d", dict), ("x", str), ("n2", int)]):
    return i, f, b, s, l, d, repr((n, o, da, la, t, ff)), i2


def parts(a: int) -> Parts:
    from collections import namedtuple
    return namedtuple("P", "quotient d l")(a, {"z": a, "a": [True, None, 1.5, "é"]}, [a])


def call_form(a: int) -> NamedTuple("O", [("x", float), ("y", "CSV")]):
    return (a / 3, "q")


def bools(a: bool) -> bool:
    return not a


def floats(a: float) -> float:
    return a


def files(data_path: InputPath("CSV"), text_file: InputTextFile("TXT"), raw_file: InputBinaryFile(), out_path: OutputPath("Model"), log_file: OutputTextFile(str), blob_file: OutputBinaryFile("Blob"), my_path: str = "p", opt_path: InputPath() = None, x_file_path: InputPath(int) = None) -> int:
    """Files.

    :param data_path: the data
    :param out_path: the model
    """
    with open(data_path) as a, open(out_path, "w") as b:
        b.write(a.read()[::-1])
    log_file.write(text_file.read())
    blob_file.write(raw_file.read())
    return 1 if opt_path is None else 2


def typed(a: "GCSPath", b: {"GCSPath": {"data_type": "CSV"}} = "gs://x", c: "URI" = "u", d: typing.Dict[str, int] = None, e: List[int] = None, f: Optional[str] = "x", g: Any = None) -> str:
    return repr((a, b, c, d, e, f, g))


def nothing(a: str):
    print(a)


def numpy_doc(a: int, b: str = "x"):
    """Do it.

    Longer.

    Parameters
    ----------
    a : int
        The first.
    b : str
        The second.
    """


def same(output_path: OutputPath(str), output: int) -> str:
    open(output_path, "w").write(str(output))
    return "r"


def out_bool_texts(a: str) -> NamedTuple("O", [("b", bool), ("i", int), ("f", float)]):
    return a, a, 3
