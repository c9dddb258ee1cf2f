"""A picture as SVG, for pages and reviews; colours follow the reader's light or dark mode."""

from collections.abc import Iterator
from html import escape

from yamlflow.app.graphs.layout import LINE, TITLE, Layout, Placed, Point, Route, lay_out
from yamlflow.app.graphs.picture import Picture

_MARGIN = 16
_LABEL = 13
_STYLE = """
    svg {
      color-scheme: light dark;
      --ink: #1f2933; --soft: #616e7c; --box: #ffffff; --group: #f3f6f9; --line: #829ab1;
    }
    @media (prefers-color-scheme: dark) {
      svg { --ink: #f5f7fa; --soft: #9aa5b1; --box: #1f2933; --group: #17202a; --line: #7b8794; }
    }
    text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: var(--soft); }
    .title { font-weight: 600; fill: var(--ink); }
    .task { fill: var(--box); stroke: var(--line); }
    .group { fill: var(--group); stroke: var(--line); stroke-dasharray: 4 3; }
    .arrow { fill: none; stroke: var(--line); stroke-width: 1.4; }
    .order { stroke-dasharray: 5 4; }
    .label { font-size: 11px; text-anchor: middle; }
    .back { fill: var(--box); opacity: 0.85; }
    marker path { fill: var(--line); }
"""
_ARROWHEAD = (
    '<marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0 8 4 0 8z"/></marker>'
)


def svg(name: str, picture: Picture) -> str:
    """Return the drawing of a pipeline."""
    layout = lay_out(picture)
    width, height = round(layout.width + 2 * _MARGIN), round(layout.height + 2 * _MARGIN)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(name)}">',
        f"  <title>{escape(name)}</title>",
        f"  <style>{_STYLE}  </style>",
        f"  <defs>{_ARROWHEAD}</defs>",
        *_layout(layout, _MARGIN, _MARGIN, "  "),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _layout(layout: Layout, x: float, y: float, indent: str) -> Iterator[str]:
    yield f'{indent}<g transform="translate({x:g} {y:g})">'
    for placed in layout.boxes:
        yield from _box(placed, indent + "  ")
    for route in layout.routes:
        yield from _route(route, indent + "  ")
    yield f"{indent}</g>"


def _box(placed: Placed, indent: str) -> Iterator[str]:
    kind = "task" if placed.inside is None else "group"
    x, y = round(placed.x, 1), round(placed.y, 1)
    size = f'width="{placed.width:g}" height="{placed.height:g}"'
    yield f'{indent}<rect class="{kind}" x="{x:g}" y="{y:g}" {size} rx="6"/>'
    for number, line in enumerate(placed.lines):
        at = y + TITLE + number * LINE
        title = ' class="title"' if number == 0 else ""
        yield f'{indent}<text{title} x="{x + 12:g}" y="{at:g}">{escape(line, quote=False)}</text>'
    if placed.inside is not None:
        left = x + (placed.width - placed.inside.width) / 2
        yield from _layout(placed.inside, left, y + placed.height - placed.inside.height - 12, indent)


def _route(route: Route, indent: str) -> Iterator[str]:
    order = "" if route.arrow.data else " order"
    yield f'{indent}<path class="arrow{order}" d="{_curve(route.points)}" marker-end="url(#end)"/>'
    (x1, y1), (x2, y2) = route.points[0], route.points[1]
    x, top = (x1 + x2) / 2, (y1 + y2) / 2 - _LABEL * (len(route.arrow.labels) - 1) / 2 + 4
    for number, label in enumerate(route.arrow.labels):
        y, width = top + _LABEL * number, len(label) * 6.2 + 8
        yield f'{indent}<rect class="back" x="{x - width / 2:g}" y="{y - 10:g}" width="{width:g}" height="{_LABEL}"/>'
        yield f'{indent}<text class="label" x="{x:g}" y="{y:g}">{escape(label, quote=False)}</text>'


def _curve(points: tuple[Point, ...]) -> str:
    """Return a path that leaves and enters each point straight from above."""
    x, y = points[0]
    path = [f"M{x:g} {y:g}"]
    for to_x, to_y in points[1:]:
        bend = (to_y - y) / 2
        path.append(f"C{x:g} {y + bend:g} {to_x:g} {to_y - bend:g} {to_x:g} {to_y:g}")
        x, y = to_x, to_y
    return " ".join(path)
