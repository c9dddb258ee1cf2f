"""`yamlflow explain`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import explain
from yamlflow.cli.console import Console, Output
from yamlflow.cli.text import table


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("code", metavar="CODE", nargs="?", help="as printed in error[CODE]; without it, all are listed")


def run(args: Namespace, console: Console) -> int:
    """Print the page of a code, or the list of codes."""
    if args.code:
        for line in _shown(explain.page(args.code), console.out):
            console.out.line(line)
    else:
        for line in table([tuple(topic) for topic in explain.topics()]):
            console.out.line(line)
    return 0


def _shown(page: str, out: Output) -> list[str]:
    """Return a page's lines: headings bold, samples indented instead of fenced."""
    lines: list[str] = []
    fenced = False
    for line in page.rstrip().splitlines():
        if line.startswith("```"):
            fenced = not fenced
            name = line.partition("file=")[2]
            if fenced and name:
                lines.append(out.paint(f"  {name}", "dim"))
        elif fenced:
            lines.append(f"    {line}".rstrip())
        else:
            lines.append(out.paint(line.lstrip("# "), "bold") if line.startswith("#") else line)
    return lines
