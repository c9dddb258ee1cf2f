"""The command line."""

import sys

_INTERRUPTED = 130
_SOON = 0.001


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return what the process ends with."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda lost: _interrupt_again(lost) or before(lost)
    try:
        from yamlflow.cli.console import process_console
        from yamlflow.cli.program import run

        return run(sys.argv[1:] if argv is None else argv, process_console())
    except KeyboardInterrupt:  # before a command begins, or while the last of its output is printed
        return _INTERRUPTED
    finally:
        sys.unraisablehook = before


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> bool:
    """Give a Ctrl-C again a moment later, where Python would drop it: it came while an object was taken away."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        return False
    import signal

    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, _SOON)
    return True
