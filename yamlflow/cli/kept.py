"""Whether the manifests beside their pipelines are up to date, in words."""

from collections.abc import Iterable
from shlex import quote

from yamlflow.app.rendered import Kept
from yamlflow.cli.console import Console, Output
from yamlflow.cli.findings import show
from yamlflow.cli.text import clip
from yamlflow.diagnostics.formats.text import visible
from yamlflow.diagnostics.report import Report

_WIDTH = 120
_STYLES = {"-": "red", "+": "green"}


def show_kept(found: Iterable[Kept], console: Console) -> int:
    """Print what is not up to date and how to mend it, then a summary; return the exit code."""
    count = wrong = 0
    for kept in found:
        if kept.diagnostics:
            show(Report(kept.diagnostics, 1), "text", console.out, console.size[0])
        if kept.problem:
            _show_problem(kept, console.out)
        count += 1
        wrong += bool(kept.problem)
    console.out.line(_summary(count, wrong))
    return 1 if wrong else 0


def _show_problem(kept: Kept, out: Output) -> None:
    out.line(f"{out.paint(kept.path, 'bold')}: {kept.problem}")
    for line in kept.difference:
        out.line(f"  {out.paint(clip(visible(line), _WIDTH).rstrip(), _STYLES.get(line[0], ''))}".rstrip())
    if not any(item.severity == "error" for item in kept.diagnostics):
        profile = f" --profile {quote(kept.profile)}" if kept.profile else ""
        out.line(f"  write it anew: yamlflow render {quote(kept.source)}{profile} --out {quote(kept.path)}")


def _summary(count: int, wrong: int) -> str:
    files = "1 rendered file" if count == 1 else f"{count:,} rendered files"
    if not count:
        return "no rendered file was checked"
    if wrong:
        return f"{wrong:,} of {files} {'is' if wrong == 1 else 'are'} not up to date"
    return f"{files} {'is' if count == 1 else 'are'} up to date"
