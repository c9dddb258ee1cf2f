"""From arguments to a command, and from what goes wrong to one clear line and an exit code."""

import yamlflow
from yamlflow.cli.commands import COMMANDS, GROUPS
from yamlflow.cli.console import Console, OutputError

_CLOSED_PIPE = 141
_INTERRUPTED = 130


def run(arguments: list[str], console: Console) -> int:
    """Run the command that the arguments name; return what the process ends with."""
    try:
        code = _guarded(arguments, console)
        console.flush()
    except OutputError as error:
        console.abandon()
        if error.closed:
            return _CLOSED_PIPE
        console.error(f"cannot print: {str(error).lower()}")
        return 1
    return code


def _guarded(arguments: list[str], console: Console) -> int:
    try:
        return _dispatch(arguments, console)
    except OutputError:
        raise
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        return _report(error, console)


def _dispatch(arguments: list[str], console: Console) -> int:
    first = arguments[0] if arguments else ""
    if first == "--version":
        console.out.line(f"yamlflow {yamlflow.__version__}")
        return 0
    if first in GROUPS:
        return _in_group(first, arguments[1:], console)
    if first in COMMANDS:
        return _command(first, COMMANDS[first], arguments[1:], console)
    from yamlflow.cli.parser import overview

    return _no_command("yamlflow", first, COMMANDS, overview(), console)


def _in_group(group: str, arguments: list[str], console: Console) -> int:
    commands = GROUPS[group]
    first = arguments[0] if arguments else ""
    if first in commands:
        return _command(f"{group} {first}", commands[first], arguments[1:], console)
    from yamlflow.cli.parser import group_overview

    return _no_command(f"yamlflow {group}", first, commands, group_overview(group), console)


def _no_command(program: str, first: str, commands: dict[str, str], overview: str, console: Console) -> int:
    """Show the help text, or refuse what stands where a command is due."""
    if first in ("-h", "--help"):
        console.out.write(overview)
        return 0
    if not first:
        console.err.write(overview)
        return 2
    from yamlflow.app.errors import UsageError
    from yamlflow.diagnostics import did_you_mean

    if first.startswith("-"):
        raise UsageError(f"unknown option `{first}` before a command", hint="options stand after their command")
    hint = did_you_mean(first, commands) or f"`{program} --help` lists all"
    raise UsageError(f"unknown command `{first}`", hint=hint)


def _command(name: str, summary: str, arguments: list[str], console: Console) -> int:
    from importlib import import_module

    from yamlflow.cli.parser import HelpRequest, Parser

    module = import_module(f"yamlflow.cli.cmd_{name.replace('-', '_').replace(' ', '_')}")
    parser = Parser(name, summary)
    module.configure(parser)
    try:
        args = parser.read(arguments)
    except HelpRequest:
        console.out.write(parser.format_help())
        return 0
    code: int = module.run(args, console)
    return code


def _report(error: Exception, console: Console) -> int:
    """Say what went wrong; a traceback is shown only to who asked for it, and only for our own mistakes."""
    from yamlflow.app.errors import RequestError
    from yamlflow.targets.protocol import TargetError

    if isinstance(error, (RequestError, TargetError)):
        console.error(str(error), error.hint)
        return error.exit_code
    if console.env.get("YAMLFLOW_DEBUG"):
        from traceback import format_exception

        console.err.write("".join(format_exception(error)))
    text = " ".join(f"{type(error).__name__}: {error}".split())
    console.err.line(f"internal error: {text}; please report it (YAMLFLOW_DEBUG=1 shows where)")
    return 1
