"""The components of the pipeline beside this file."""

from typing import NamedTuple


def make_points(count: int, points: OutputPath("CSV"), seed: int = 7) -> None:
    """Write points that lie about the line y = 3x + 1.

    Args:
        count: How many.
        points: Lines `x,y`.
        seed: Where chance begins.
    """
    import random

    chance = random.Random(seed)
    with open(points, "w") as file:
        for _ in range(count):
            x = chance.random()
            file.write(f"{x:.4f},{3 * x + 1 + chance.gauss(0, 0.01):.4f}\n")
    print(f"wrote {count} points")


def train(points: InputPath("CSV"), rate: float, epochs: int) -> NamedTuple("Trained", [("loss", float)]):
    """Fit a line by gradient descent.

    Args:
        points: Lines `x,y`.
        rate: The learning rate.
        epochs: How often all points are seen.
    """
    from collections import namedtuple

    with open(points) as file:
        known = [tuple(map(float, line.split(","))) for line in file]
    slope = start = 0.0
    for _ in range(epochs):
        for x, y in known:
            error = slope * x + start - y
            slope, start = slope - rate * error * x, start - rate * error
    loss = sum((slope * x + start - y) ** 2 for x, y in known) / len(known)
    print(f"rate {rate}: y = {slope:.2f}x + {start:.2f}, loss {loss:.4f}")
    return namedtuple("Trained", ["loss"])(round(loss, 6))


def pick_best(losses: list, rates: list) -> float:
    """Return the rate with the smallest loss."""
    best = min(zip(losses, rates))
    print(f"the best of {len(rates)} rates is {best[1]}")
    return best[1]
