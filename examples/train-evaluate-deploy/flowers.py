"""The components of the pipeline beside this file: plain Python, nothing to install."""

from typing import NamedTuple


def make_table(rows: int, table: OutputPath("CSV"), seed: int = 7) -> None:
    """Write a table of flowers of two kinds; it stands for a query.

    Args:
        rows: How many flowers.
        table: Columns `length`, `width`, `kind`.
        seed: Where chance begins.
    """
    import csv
    import random

    chance = random.Random(seed)
    with open(table, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["length", "width", "kind"])
        for _ in range(rows):
            kind = chance.randrange(2)
            writer.writerow([round(chance.gauss(4 + kind, 0.6), 2), round(chance.gauss(1 + kind / 2, 0.3), 2), kind])
    print(f"{rows} flowers")


def split(table: InputPath("CSV"), share: float, training: OutputPath("CSV"), test: OutputPath("CSV")) -> None:
    """Cut a table in two.

    Args:
        table: Any table.
        share: How much of it is for training.
        training: The first rows.
        test: The others.
    """
    with open(table) as file:
        head, *rows = file.readlines()
    size = int(share * len(rows))
    for path, part in ((training, rows[:size]), (test, rows[size:])):
        with open(path, "w") as file:
            file.writelines([head, *part])
    print(f"{size} to learn from, {len(rows) - size} to test with")


def train(table: InputPath("CSV"), epochs: int, model: OutputPath("Model")) -> None:
    """Learn a logistic regression by gradient descent.

    Args:
        table: What to learn from.
        epochs: How often all rows are seen.
        model: JSON with the weights.
    """
    import csv
    import json
    import math

    with open(table, newline="") as file:
        rows = [(float(row["length"]), float(row["width"]), int(row["kind"])) for row in csv.DictReader(file)]
    a = b = c = 0.0
    for _ in range(epochs):
        for length, width, kind in rows:
            error = kind - 1 / (1 + math.exp(-(a * length + b * width + c)))
            a, b, c = a + 0.05 * error * length, b + 0.05 * error * width, c + 0.05 * error
    with open(model, "w") as file:
        json.dump({"length": a, "width": b, "base": c}, file)
    print(f"learned from {len(rows)} flowers")


def evaluate(
    model: InputPath("Model"), table: InputPath("CSV"), mlpipeline_metrics: OutputPath("Metrics")
) -> NamedTuple("Evaluated", [("accuracy", float)]):
    """Tell which share of a table a model gets right.

    Args:
        model: What `train` wrote.
        table: What the model has not seen.
        mlpipeline_metrics: The same for the page of Kubeflow Pipelines.
    """
    import csv
    import json

    with open(model) as file:
        weights = json.load(file)
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    right = 0
    for row in rows:
        score = weights["length"] * float(row["length"]) + weights["width"] * float(row["width"]) + weights["base"]
        right += (score > 0) == (row["kind"] == "1")
    accuracy = round(right / len(rows), 3)
    with open(mlpipeline_metrics, "w") as file:
        json.dump({"metrics": [{"name": "accuracy", "numberValue": accuracy, "format": "PERCENTAGE"}]}, file)
    print(f"{right} of {len(rows)} right")
    return (accuracy,)
