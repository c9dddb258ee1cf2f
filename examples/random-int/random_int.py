"""The component of the pipeline beside this file."""


def random_int(low: int = 0, high: int = 100) -> int:
    """Pick a whole number.

    Args:
        low: The least number.
        high: The greatest number.

    Returns:
        A number from `low` to `high`.
    """
    import random

    return random.randint(low, high)
