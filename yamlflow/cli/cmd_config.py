"""`yamlflow config`."""

import json
from argparse import ArgumentParser, Namespace

from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.text import clip, table

_WIDEST = 60


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        default="",
        help="whose settings are meant (default: this folder)",
    )
    options.add_values(parser)
    options.add_target(parser)
    options.add_output(parser, "text", "json", "yaml", default="text")


def run(args: Namespace, console: Console) -> int:
    """Print every setting with its origin."""
    from yamlflow.app.config import Flags, Row, settings_in_force
    from yamlflow.app.output import dump
    from yamlflow.cli.findings import show_beside

    def shown(row: Row) -> tuple[str, str, str]:
        value = row.value if isinstance(row.value, str) and row.value.isprintable() and row.value else None
        text = "-" if row.value is None else value or json.dumps(row.value, ensure_ascii=False)
        return row.setting, clip(text, _WIDEST), row.origin

    flags = Flags(args.namespace, args.target, options.layer(args, console.env))
    rows, found = settings_in_force(args.folder, flags)
    if args.output == "text":
        for line in table([("SETTING", "VALUE", "FROM"), *map(shown, rows)]):
            console.out.line(line)
    else:
        places = [{"file": row.file, "line": row.line} if row.file else {} for row in rows]
        forms = [
            {"setting": row.setting, "value": row.value, "from": row.origin, **place}
            for row, place in zip(rows, places, strict=True)
        ]
        console.out.write(dump(forms, args.output))
    show_beside(found, console)
    return 1 if any(item.severity == "error" for item in found) else 0
