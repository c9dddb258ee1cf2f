"""The pages that say what a code of a finding means."""

from typing import NamedTuple

from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import did_you_mean
from yamlflow.diagnostics.codes import codes, read_page, summary


class Topic(NamedTuple):
    """A code and what it means in a line."""

    code: str
    summary: str


def page(code: str) -> str:
    """Return the page of a code, in Markdown."""
    known = codes()
    if code not in known:
        raise UsageError(f"unknown code `{code}`", hint=did_you_mean(code, known) or "`yamlflow explain` lists all")
    return read_page(code)


def topics() -> list[Topic]:
    """Return each code with its summary."""
    return [Topic(code, summary(read_page(code))) for code in codes()]
