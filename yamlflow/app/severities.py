"""What comments and the project say of the findings of a file: the same for all commands."""

from yamlflow.app.workspace import Workspace
from yamlflow.diagnostics import Sink


def settle(path: str, sink: Sink, workspace: Workspace) -> None:
    """Leave those findings on a file that count, with the severity that they have in its project."""
    if not sink.items and not sink.ignores:
        return
    from yamlflow.checks import RENDERABLE
    from yamlflow.diagnostics import severity

    aside = Sink()  # what is wrong with the project was told to those who need it
    project = workspace.project(path, aside)
    sink.files |= aside.files
    levels = project.checks if project is not None else {}
    sink.items = severity.settle(sink.items, sink.ignores, levels, RENDERABLE, path)
