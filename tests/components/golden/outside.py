# ruff: noqa
# fmt: off
"""Functions that use what their container will not have."""

import numpy as np
import os, sys
from collections import Counter as C, OrderedDict
from functools import lru_cache
from typing import Literal, NamedTuple

from .settings import RATE

LIMIT = 3
SCALE: float = 2.0


class Point(NamedTuple):
    x: int


def helper(text: str) -> int:
    return len(clean(text))


def clean(text: str) -> str:
    return text.strip(os.linesep)


def names(text: str, rates: list) -> float:
    def inner(x):
        return x * LIMIT + tezt

    class Local:
        first = SCALE
        second = first

    total = sum(np.sqrt(rate) for rate in rates if rate in C(rates))
    print(names.__name__, __file__, [rate for rate in rates], helper(text), Point(1), LIMIT, Local.second, pint(text))
    try:
        display(total)
    except NameError:
        pass
    try:
        global counter
        counter = 1
    finally:
        print(cuonter)
    return inner(counter) + total


def uses_helper(text: str) -> int:
    return helper(text)


def imports(a: int) -> int:
    import json, os.path
    import numpy
    import sklearn.linear_model as lm
    from google.cloud import storage
    from . import siblings
    import functions
    import numpy.linalg
    try:
        import orjson
    except ImportError:
        import ujson
    return a


def perhaps(a: int) -> int:
    if a > 3:
        import torch
        import functions
    return a


def packaged(a: int) -> int:
    import numpy, yaml, PIL.Image, six
    import google.cloud.storage
    import lightgbm
    return a


@lru_cache(maxsize=None)
@component(base_image="python:3.12")
def decorated(a: int) -> int:
    return a


def generator(a: int) -> list:
    def inner():
        yield 1

    yield from inner()


def literals(a: Literal["x", "y"] = "z", b: Literal[1.5] = 1, c: Literal[1, -2, None] = -2) -> int:
    return 1
