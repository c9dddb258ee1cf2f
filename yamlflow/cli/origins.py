"""What templates yield, printed beside where each line comes from."""

from collections.abc import Iterable

from yamlflow.app.origins import Yield
from yamlflow.cli.console import Output
from yamlflow.cli.text import cells, pad
from yamlflow.diagnostics.formats.text import visible

_WIDEST = 60


def show_yields(found: Iterable[Yield], out: Output) -> None:
    """Print the lines of each file."""
    for item in found:
        if item.lines is None:
            out.line(f"{out.paint(item.path, 'bold')} is no template: it is read as it is")
        elif not item.lines:
            out.line(f"{out.paint(item.path, 'bold')} yields nothing")
        else:
            rest = "" if item.whole else ", without what failed"
            out.line(f"{out.paint(item.path, 'bold')} yields{rest}:")
            _show_lines(item, out)
            out.line()


def _show_lines(item: Yield, out: Output) -> None:
    lines = item.lines or []
    places = [f"{line.place.source.name}:{line.place.line}" for line in lines]
    texts = [visible(line.text) for line in lines]
    left = max(map(cells, places))
    right = min(max(map(cells, texts)), _WIDEST)
    before: tuple[str, ...] = ()
    bar = "│" if out.unicode else "|"
    for line, place, text in zip(lines, places, texts, strict=True):
        values = [f"value of {span.source.name}:{span.line}" for span in line.values]
        notes = [*(line.steps if line.steps != before else ()), *dict.fromkeys(values)]
        before = line.steps
        start = f"{out.paint(pad(place, left), 'dim')} {out.paint(bar, 'dim')} "
        end = out.paint(f"  # {', '.join(notes)}", "dim") if notes else ""
        out.line(f"{start}{pad(text, right) if notes else text}{end}".rstrip())
