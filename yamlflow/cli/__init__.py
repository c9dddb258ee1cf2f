"""The command line."""

import sys

_INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return what the process ends with."""
    try:
        from yamlflow.cli.console import process_console
        from yamlflow.cli.program import run

        return run(sys.argv[1:] if argv is None else argv, process_console())
    except KeyboardInterrupt:  # before a command begins, or while the last of its output is printed
        return _INTERRUPTED
