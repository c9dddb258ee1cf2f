"""The components of the pipeline beside this file."""


def flip_coin(coin: str = "fair") -> str:
    """Flip a coin and tell the side it shows: heads or tails.

    Args:
        coin: "fair", or the side on which it always lands.
    """
    import random

    side = random.choice(["heads", "tails"]) if coin == "fair" else coin
    print(f"The coin shows {side}")
    return side


def random_number(low: int, high: int) -> int:
    """Pick a number from `low` to `high`."""
    import random

    number = random.randint(low, high)
    print(f"The number is {number}")
    return number
