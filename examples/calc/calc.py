"""The components of the pipeline beside this file."""

from typing import NamedTuple


def add(a: float, b: float) -> float:
    """Add two numbers."""
    print(f"{a} + {b} = {a + b}")
    return a + b


def my_divmod(dividend: float, divisor: float) -> NamedTuple("DivmodOutput", [("quotient", int), ("remainder", float)]):
    """Divide, and give the quotient and the remainder.

    Args:
        dividend: The number that is divided.
        divisor: The number to divide by.
    """
    from collections import namedtuple

    quotient, remainder = divmod(dividend, divisor)
    print(f"{dividend} / {divisor} = {quotient:.0f}, remainder {remainder}")
    return namedtuple("DivmodOutput", ["quotient", "remainder"])(int(quotient), remainder)
