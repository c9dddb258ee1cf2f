"""A picture as a tree of text: what waits for what, in an order in which it can run."""

from collections.abc import Iterator

from yamlflow.app.graphs.picture import Box, Picture

_MOST = 12


def text(name: str, picture: Picture) -> str:
    """Return the tree of a pipeline, a line for each task."""
    rows = list(_rows(picture, ""))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    lines = [f"{tree:<{widths[0]}}   {runs:<{widths[1]}}   {rest}".rstrip() for tree, runs, rest in rows]
    return "\n".join([name, *lines]) + "\n"


def _rows(picture: Picture, indent: str) -> Iterator[tuple[str, str, str]]:
    for box in picture.boxes:
        last = box is picture.boxes[-1]
        yield f"{indent}{'└─' if last else '├─'} {box.title}", box.runs, _rest(box, picture)
        if box.inside is not None:
            yield from _rows(box.inside, indent + ("   " if last else "│  "))


def _rest(box: Box, picture: Picture) -> str:
    titles = {other.id: other.title for other in picture.boxes}
    waits = [
        titles[arrow.source] + (f" ({', '.join(arrow.labels)})" if arrow.labels else "")
        for arrow in picture.arrows
        if arrow.target == box.id
    ]
    if len(waits) > _MOST:
        waits[_MOST - 1 :] = [f"{len(waits) - _MOST + 1} more"]
    parts = [f"← {', '.join(waits)}" if waits else "", *box.notes]
    return "   ".join(filter(None, parts))
