"""The command line."""

import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return what the process ends with."""
    from yamlflow.cli.console import process_console
    from yamlflow.cli.program import run

    return run(sys.argv[1:] if argv is None else argv, process_console())
