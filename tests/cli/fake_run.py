"""Runs as data, and consoles that remember what was printed."""

import io
from pathlib import Path

import yaml

from yamlflow.cli.console import Console

FOLDER = Path(__file__).resolve().parent
NOW = 1795320080.0  # 2026-11-22T04:01:20Z


class Recorded(io.StringIO):
    """A terminal (or not) of a given encoding that keeps what it gets."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self):
        return self._encoding


def load(name: str) -> tuple[dict, dict]:
    """A run, and what its nodes printed."""
    workflow = yaml.safe_load((FOLDER / "data" / f"{name}.yaml").read_text())
    return workflow, workflow.pop("logs")


def console(*, terminal: bool = False, env: dict | None = None, size: tuple[int, int] = (100, 40), encoding="utf-8"):
    """A console and the stream that its standard output goes to."""
    out = Recorded(encoding)
    made = Console(out, Recorded(), io.StringIO(), env or {}, terminal=terminal, size=lambda: size)
    return made, out
