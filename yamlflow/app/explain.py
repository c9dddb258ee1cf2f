"""The pages that say what a code of a finding means."""

import os
from typing import NamedTuple

from yamlflow import resources
from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import did_you_mean


class Topic(NamedTuple):
    """A code and what it means in a line."""

    code: str
    summary: str


def codes() -> list[str]:
    """Return all codes, sorted."""
    folder = resources.path("docs", "codes")
    return sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".md"))


def page(code: str) -> str:
    """Return the page of a code, in Markdown."""
    known = codes()
    if code not in known:
        raise UsageError(f"unknown code `{code}`", hint=did_you_mean(code, known) or "`yamlflow explain` lists all")
    with open(resources.path("docs", "codes", f"{code}.md"), encoding="utf-8") as file:
        return file.read()


def topics() -> list[Topic]:
    """Return each code with its summary: the first text under its heading."""
    return [Topic(code, _summary(page(code))) for code in codes()]


def _summary(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")
