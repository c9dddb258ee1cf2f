from typing import Literal


def train(optimizer: Literal["adam", "sgd"], steps: Literal[10, 20] = 10) -> str:
    """Train a model."""
    return optimizer * steps
