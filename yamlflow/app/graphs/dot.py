"""A picture in the language of Graphviz."""

import json
from collections.abc import Iterator

from yamlflow.app.graphs.picture import Picture


def dot(name: str, picture: Picture) -> str:
    """Return the digraph of a pipeline; groups are clusters, arrows to a group end at its border."""
    lines = [
        f"digraph {_text(name)} {{",
        "  compound=true;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
        *_lines(picture, "  "),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _lines(picture: Picture, indent: str) -> Iterator[str]:
    anchors = {}
    for box in picture.boxes:
        label = "\n".join(filter(None, (box.title, box.runs, *box.notes)))
        anchors[box.id] = _anchor(picture, box.id)
        if box.inside is None:
            yield f"{indent}{_text(box.id)} [label={_text(label)}];"
            continue
        yield f"{indent}subgraph {_text('cluster_' + box.id)} {{"
        yield f"{indent}  label={_text(label)};"
        yield from _lines(box.inside, indent + "  ")
        yield f"{indent}}}"
    groups = {box.id for box in picture.boxes if box.inside is not None}
    for arrow in picture.arrows:
        fields = [f"label={_text(chr(10).join(arrow.labels))}"] if arrow.labels else []
        fields += [] if arrow.data else ["style=dashed"]
        fields += [f"ltail={_text('cluster_' + arrow.source)}"] if arrow.source in groups else []
        fields += [f"lhead={_text('cluster_' + arrow.target)}"] if arrow.target in groups else []
        shown = f" [{', '.join(fields)}]" if fields else ""
        yield f"{indent}{_text(anchors[arrow.source])} -> {_text(anchors[arrow.target])}{shown};"


def _anchor(picture: Picture, box_id: str) -> str:
    """Return the task that stands for a box: Graphviz has no arrows between clusters."""
    box = next(box for box in picture.boxes if box.id == box_id)
    return box.id if box.inside is None else _anchor(box.inside, box.inside.boxes[0].id)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
