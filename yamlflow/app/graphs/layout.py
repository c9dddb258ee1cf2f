"""Where boxes lie: ranks and their order come from a library, places from the sizes of the boxes. Units are pixels."""

from typing import NamedTuple

from yamlflow.app.errors import RequestError
from yamlflow.app.graphs.picture import Arrow, Box, Picture

TITLE, LINE = 18, 14
_PADDING, _HEADER = 12, 12
_GAP_X, _GAP_Y, _LABEL = 28, 40, 13
_LETTER = 7.2
_LONGEST = 48
_LANE = 10.0

Point = tuple[float, float]


class Placed(NamedTuple):
    """A box with its upper left corner, size and lines of text; a group with what is inside, relative to its corner."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    inside: "Layout | None"


class Route(NamedTuple):
    """An arrow with the points that it goes through."""

    arrow: Arrow
    points: tuple[Point, ...]


class Layout(NamedTuple):
    """What a picture takes."""

    width: float
    height: float
    boxes: tuple[Placed, ...]
    routes: tuple[Route, ...]


def lay_out(picture: Picture) -> Layout:
    """Return places for boxes and arrows, those of groups inside of their groups."""
    sized = {box.id: _sized(box) for box in picture.boxes}
    boxes: list[Placed] = []
    lanes: dict[str, Point] = {}
    left, height = 0.0, 0.0
    longest = max((len(label) for arrow in picture.arrows for label in arrow.labels), default=0)
    beside = _GAP_X + longest * _LETTER / 2
    for ranks in _components(picture):
        rows = [[(name, *_size(sized.get(name))) for name in rank] for rank in ranks]
        widths = [sum(row[1] for row in rank) + beside * (len(rank) - 1) for rank in rows]
        whole, top = max(widths), 0.0
        gap = _GAP_Y + _LABEL * max((len(arrow.labels) for arrow in picture.arrows), default=0)
        for rank, width in zip(rows, widths, strict=True):
            tallest = max(row[2] for row in rank)
            x = left + (whole - width) / 2
            for name, wide, high in rank:
                y = top + (tallest - high) / 2
                if name in sized:
                    boxes.append(sized[name]._replace(x=x, y=y))
                else:
                    lanes[name] = (x + wide / 2, top + tallest / 2)
                x += wide + beside
            top += tallest + gap
        left += whole + _GAP_X
        height = max(height, top - gap)
    placed = {item.box.id: item for item in boxes}
    routes = tuple(Route(arrow, _points(arrow, placed, lanes)) for arrow in picture.arrows)
    return Layout(max(left - _GAP_X, 0), height, tuple(boxes), routes)


def _size(placed: Placed | None) -> tuple[float, float]:
    return (placed.width, placed.height) if placed is not None else (_LANE, 0.0)


def _sized(box: Box) -> Placed:
    lines = tuple(_cut(line) for line in (box.title, box.runs, *box.notes) if line)
    width = max(len(line) for line in lines) * _LETTER + 2 * _PADDING
    height = TITLE + LINE * (len(lines) - 1) + 2 * _HEADER / 2
    if box.inside is None:
        return Placed(box, 0, 0, width, height, lines, None)
    inside = lay_out(box.inside)
    return Placed(
        box, 0, 0, max(width, inside.width + 2 * _PADDING), height + inside.height + _PADDING + _HEADER, lines, inside
    )


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _points(arrow: Arrow, placed: dict[str, Placed], lanes: dict[str, Point]) -> tuple[Point, ...]:
    source, target = placed[arrow.source], placed[arrow.target]
    middle = []
    number = 0
    while (name := _lane(arrow, number)) in lanes:
        middle.append(lanes[name])
        number += 1
    start = (source.x + source.width / 2, source.y + source.height)
    return (start, *middle, (target.x + target.width / 2, target.y))


def _lane(arrow: Arrow, number: int) -> str:
    """Return the name of the place where an arrow passes a rank; no box has such a name."""
    return f"{arrow.source} {arrow.target} {number}"


def _components(picture: Picture) -> list[list[list[str]]]:
    """Return for each part that hangs together its ranks, each a list of boxes and lanes from left to right."""
    linked = {name for arrow in picture.arrows for name in (arrow.source, arrow.target)}
    alone = [box.id for box in picture.boxes if box.id not in linked]
    found = [[[name]] for name in alone]
    return [*_ranked(picture), *found] if linked else found


def _ranked(picture: Picture) -> list[list[list[str]]]:
    try:
        from fast_sugiyama import from_edges
    except ImportError:
        raise RequestError("SVG needs a package more", hint="pip install 'yamlflow[svg]'") from None
    names = list(dict.fromkeys(name for arrow in picture.arrows for name in (arrow.source, arrow.target)))
    numbers = {name: number for number, name in enumerate(names)}
    pairs = [(numbers[arrow.source], numbers[arrow.target]) for arrow in picture.arrows]
    found = []
    for positions, _, _, edges in from_edges(pairs, dummy_vertices=True, check_layout=False):
        known = dict(enumerate(names)) | _lanes([(int(source), int(target)) for source, target in edges or []], names)
        rows: dict[float, list[tuple[float, str]]] = {}
        for node, (x, y) in positions:
            rows.setdefault(y, []).append((x, known[int(node)]))
        found.append([[name for _, name in sorted(rows[y])] for y in sorted(rows, reverse=True)])
    return found


def _lanes(edges: list[tuple[int, int]], names: list[str]) -> dict[int, str]:
    """Return the names of lanes: the library puts vertices with numbers of its own into long edges."""
    following = {source: target for source, target in edges if source >= len(names)}
    found: dict[int, str] = {}
    for source, target in edges:
        chain, at = [], target
        while source < len(names) <= at:
            chain.append(at)
            at = following[at]
        arrow = Arrow(names[source], names[at], (), False) if chain else None
        found |= {node: _lane(arrow, number) for number, node in enumerate(chain) if arrow is not None}
    return found
