"""What steps printed, line by line."""

from collections.abc import Iterable

from yamlflow.cli.console import Output
from yamlflow.targets.protocol import LogLine

_COLOURS = ("cyan", "green", "yellow", "blue")


def write_log(lines: Iterable[LogLine], out: Output) -> None:
    """Print lines of several steps, each after the name of its step."""
    styles: dict[str, str] = {}
    for line in lines:
        style = styles.setdefault(line.pod, _COLOURS[len(styles) % len(_COLOURS)])
        out.line(f"{out.paint(f'{line.node}:', style)} {line.text}")
