"""The pages of docs/codes/: what each code of a finding means."""

import os

from yamlflow import resources


def codes() -> list[str]:
    """Return all codes, sorted."""
    folder = resources.path("docs", "codes")
    return sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".md"))


def read_page(code: str) -> str:
    """Return the page of a code, in Markdown; "" if it has none."""
    try:
        with open(resources.path("docs", "codes", f"{code}.md"), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def summary(page: str) -> str:
    """Return the line that says what a code means: the first text under the title of its page."""
    lines = (line.strip() for line in page.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")
