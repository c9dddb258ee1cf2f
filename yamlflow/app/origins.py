"""What templates yield, line by line with the origins."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.app.layer import Layer
from yamlflow.app.workspace import Workspace
from yamlflow.templating import is_template

if TYPE_CHECKING:
    from yamlflow.templating.rendered import RenderedLine


class Yield(NamedTuple):
    """What a file yields, and whether that is all of it; `lines` is None for one that is no template."""

    path: str
    lines: "list[RenderedLine] | None"
    whole: bool = True


def yields(paths: Iterable[str], layer: Layer) -> Iterator[Yield]:
    """Yield what each file yields, with mistakes in it too."""
    workspace = Workspace(layer)
    for path in paths:
        if not is_template(path):
            yield Yield(path, None)
            continue
        made = workspace.rendered(path)
        yield Yield(path, list(made[0].lines()), made[1]) if made is not None else Yield(path, [], False)
