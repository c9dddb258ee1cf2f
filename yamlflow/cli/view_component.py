"""A component as lines for people."""

from collections.abc import Iterator

from yamlflow.app.component_list import Listed
from yamlflow.app.components import Port, View
from yamlflow.cli.console import Output
from yamlflow.cli.text import table

_WIDTH = 100


def component_lines(view: View, out: Output) -> Iterator[str]:
    """Yield what a component is: its description, inputs, outputs, image and command line."""
    yield out.paint(view.name or "a component without a name", "bold") + f"   {view.origin}"
    if view.description:
        yield from view.description.strip().splitlines()
    for title, ports in (("inputs", view.inputs), ("outputs", view.outputs)):
        if ports:
            yield from ("", out.paint(title, "bold"), *_ports(ports))
    if view.tasks:
        yield from ("", f"{out.paint('tasks', 'bold')}   {', '.join(view.tasks)}")
        return
    yield from ("", f"{out.paint('image', 'bold')}   {view.image}")
    for name, text in view.env:
        yield f"{out.paint('env', 'bold')}     {name}={text}"
    yield out.paint("command", "bold")
    yield from (f"  {line}".rstrip() for line in _command(view.command))


def _ports(ports: list[Port]) -> list[str]:
    rows = [(port.name, port.type, port.given, " ".join(port.description.split())) for port in ports]
    used = [column for column in range(4) if any(row[column] for row in rows)]
    return [f"  {line}" for line in table([tuple(row[column] for column in used) for row in rows])]


def _command(words: list[str]) -> list[str]:
    """Return the command line; where a word is a program of many lines, each word has a line of its own."""
    if any("\n" in word for word in words):
        return [line for word in words for line in (word.splitlines() if "\n" in word else [word])]
    from textwrap import wrap

    return wrap(" ".join(words), _WIDTH - 4, break_long_words=False, break_on_hyphens=False, subsequent_indent="  ")


def listed_lines(found: list[Listed]) -> list[str]:
    """Return components as a table: how to refer to each, its name, what it does."""
    if not found:
        return ["there are no components here"]
    return table([("REFERENCE", "NAME", "DESCRIPTION"), *(tuple(item) for item in found)])
