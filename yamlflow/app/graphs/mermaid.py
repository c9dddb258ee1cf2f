"""A picture as a Mermaid flowchart, which GitHub and GitLab draw in Markdown."""

from collections.abc import Iterator

from yamlflow.app.graphs.picture import Box, Picture


def mermaid(name: str, picture: Picture) -> str:
    """Return the flowchart of a pipeline."""
    lines = ["---", f"title: {name}", "---", "flowchart TD", *_lines(picture, _ids(picture), "  ")]
    return "\n".join(lines) + "\n"


def _ids(picture: Picture) -> dict[str, str]:
    """Return a short id for each box: names of tasks may be words of Mermaid."""
    boxes = list(_boxes(picture))
    return {box.id: f"t{number}" for number, box in enumerate(boxes, 1)}


def _boxes(picture: Picture) -> Iterator[Box]:
    for box in picture.boxes:
        yield box
        if box.inside is not None:
            yield from _boxes(box.inside)


def _lines(picture: Picture, ids: dict[str, str], indent: str) -> Iterator[str]:
    for box in picture.boxes:
        if box.inside is None:
            yield f"{indent}{ids[box.id]}[{_quoted(box.title, box.runs, *box.notes)}]"
            continue
        yield f"{indent}subgraph {ids[box.id]}[{_quoted(box.title, *box.notes)}]"
        yield from _lines(box.inside, ids, indent + "  ")
        yield f"{indent}end"
    for arrow in picture.arrows:
        line = "-->" if arrow.data else "-.->"
        label = f"|{_quoted(*arrow.labels)}|" if arrow.labels else ""
        yield f"{indent}{ids[arrow.source]} {line}{label} {ids[arrow.target]}"


def _quoted(*lines: str) -> str:
    escaped = (
        line.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;") for line in lines
    )
    return f'"{"<br/>".join(filter(None, escaped))}"'
