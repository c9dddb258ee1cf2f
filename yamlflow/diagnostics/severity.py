"""Which findings count, and as what: by comments in a file and by `checks` of its project."""

from collections.abc import Iterable, Mapping
from typing import Literal

from yamlflow.diagnostics.diagnostic import Diagnostic, Ignore, Severity
from yamlflow.diagnostics.fix import Edit, Fix
from yamlflow.diagnostics.span import Span

Level = Severity | Literal["off"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note", "off")

_STAYS = "it cannot be ignored: nothing can be rendered before it is fixed"


def settle(
    items: Iterable[Diagnostic],
    ignores: list[Ignore],
    levels: Mapping[str, Level],
    renderable: frozenset[str],
    file: str,
) -> list[Diagnostic]:
    """Return the findings that are left after the comments of their files and the levels of their project.

    Errors go only if their code is in `renderable`. A comment of `file` that ignores nothing is a finding.
    """
    asked = _by_place(ignores)
    used: set[Span] = set()
    kept = []
    whole = True
    for item in items:
        comments = asked.get((item.file, item.span.line, item.code)) if asked and item.span else None
        used.update(comments or ())
        level = "off" if comments else levels.get(item.code, item.severity)
        if item.severity == "error" and item.code not in renderable:
            whole = whole and item.file != file
            kept.append(item if level == "error" else item._replace(notes=(*item.notes, _STAYS)))
        elif level != "off":
            kept.append(item._replace(severity=level))
    level = levels.get("unused-ignore", "warning")
    if whole and level != "off":  # where an error stays, not all was checked
        kept += [
            _unused(ignore, level) for ignore in ignores if ignore.span not in used and ignore.span.source.name == file
        ]
    return kept


def _by_place(ignores: list[Ignore]) -> dict[tuple[str, int, str], list[Span]]:
    found: dict[tuple[str, int, str], list[Span]] = {}
    for ignore in ignores:
        for name, line in ignore.lines:
            found.setdefault((name, line, ignore.code), []).append(ignore.span)
    return found


def _unused(ignore: Ignore, level: Severity) -> Diagnostic:
    message = f"there is no `{ignore.code}` here to ignore"
    fix = Fix("remove the comment", (Edit(ignore.removal, ""),)) if ignore.removal is not None else None
    return Diagnostic("unused-ignore", level, message, ignore.span, "remove it", fix=fix)
