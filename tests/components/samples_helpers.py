# ruff: noqa
# fmt: off
"""A function with helpers of its own file, which is never imported either."""

import collections, package_that_is_nowhere
from functools import lru_cache as remembered
from typing import Literal, NamedTuple

raise SystemExit("this file must never run")

LIMIT: int = 3
WORDS = {
    "a": """one
  two""",
}


class Count(NamedTuple):
    """A word and how often it is there."""

    word: str
    times: int = 0


if True:
    @remembered(maxsize=None)
    def clean(word: package_that_is_nowhere.Word) -> "Word":
        """Keep letters."""
        return "".join(sign for sign in word if sign.isalpha())


def count(
    text: str, mode: Literal["words", "letters"] = "words", level: Literal[1, 2] = 1, flag: Literal[True, "x"] = "x"
) -> Count:
    found = collections_of(text, mode)
    word, times = found.most_common(1)[0]
    return Count(WORDS.get(word, word) + str(LIMIT * level) + str(flag), times=times)


def collections_of(text, mode):
    import collections

    return collections.Counter(map(clean, text.split() if mode == "words" else text))


def installs_by_itself() -> str:
    import subprocess, sys

    if not sys.executable:
        subprocess.run([sys.executable, "-m", "pip", "install", "package-that-is-nowhere"], check=True)
        import package_that_is_nowhere
    try:
        import another_package
    except ImportError:
        another_package = "none"
    return another_package


def numpy_style(data_path: "InputPath('CSV')", rate: float, model_path: "OutputPath('Model')") -> NamedTuple("O", [("rows", int)]):
    """Train
    a model.

    It takes long.

    Parameters
    ----------
    data_path : str
        The rows.
    rate, unused : float
        How fast
        it learns.
    model_path : str
        What came of it.

    Returns
    -------
    rows : int
        How many rows there.
    """
    return (1,)


def rest_style(a: int, b: int = 2) -> int:
    """Add.

    :param a: the first
    :param int b: the second,
        with a default
    :returns: the sum
    """
    return a + b


def google_style(a: int) -> int:
    """
    Double a number.
    Args:
        a (int): the number: any
    Returns:
        twice as much
    """
    return a * 2


def no_style(a: int) -> int:
    """Just
    ====
    :param"""
    return a
