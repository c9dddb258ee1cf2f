"""How findings are printed: one class for each format, imported when it is asked for."""

from typing import NamedTuple, TextIO

from yamlflow.diagnostics.report import Report

FORMATS: dict[str, tuple[str, str]] = {
    "text": ("yamlflow.diagnostics.formats.text", "TextFormat"),
    "oneline": ("yamlflow.diagnostics.formats.oneline", "OnelineFormat"),
    "json": ("yamlflow.diagnostics.formats.json", "JsonFormat"),
    "sarif": ("yamlflow.diagnostics.formats.sarif", "SarifFormat"),
    "github": ("yamlflow.diagnostics.formats.github", "GithubFormat"),
    "junit": ("yamlflow.diagnostics.formats.junit", "JunitFormat"),
}


class Terminal(NamedTuple):
    """What is known of where a report goes."""

    width: int = 120
    colors: bool = False


PLAIN = Terminal()


class Format:
    """A way to print a report."""

    def __init__(self, terminal: Terminal = PLAIN) -> None:
        self.terminal = terminal

    def write(self, report: Report, out: TextIO) -> None:
        """Print a report."""
        raise NotImplementedError


def create(name: str, terminal: Terminal = PLAIN) -> Format:
    """Return the format with a name of `FORMATS`."""
    from importlib import import_module

    module, cls = FORMATS[name]
    made = getattr(import_module(module), cls)(terminal)
    assert isinstance(made, Format)
    return made
