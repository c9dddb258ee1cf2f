"""Reading arguments: argparse with our own help text and one-line errors that say what was meant."""

import argparse
from typing import NoReturn, TypeVar

from yamlflow.app.errors import UsageError
from yamlflow.cli.commands import COMMANDS, GROUPS
from yamlflow.diagnostics import did_you_mean

_WIDTH = 100
# To look for translations of its messages costs 2 ms; we show none of them.
vars(argparse)["_"] = str
_Action = TypeVar("_Action", bound=argparse.Action)


class HelpRequest(Exception):
    """`--help` was given."""


class _Help(argparse.Action):
    def __call__(self, *_: object, **__: object) -> None:
        raise HelpRequest


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return what argparse checks arguments with. Without a width it would look for one, at a cost of 3 ms."""
    return argparse.HelpFormatter(prog, width=_WIDTH)


class Parser(argparse.ArgumentParser):
    """The arguments of one command."""

    def __init__(self, command: str, summary: str) -> None:
        self._rows: list[argparse.Action] = []
        super().__init__(
            prog=f"yamlflow {command}",
            description=summary,
            formatter_class=_formatter,
            add_help=False,
            allow_abbrev=False,
        )

    def _add_action(self, action: _Action) -> _Action:
        self._rows.append(action)
        return super()._add_action(action)

    def read(self, arguments: list[str]) -> argparse.Namespace:
        """Read arguments; raise UsageError for the first that is wrong."""
        self.add_argument("-h", "--help", action=_Help, nargs=0, help="show this text")
        known = [option for action in self._rows for option in action.option_strings]
        for argument in arguments:
            if argument == "--":
                break
            option = argument.partition("=")[0] if argument.startswith("--") else argument[:2]
            if argument.startswith("-") and argument != "-" and option not in known:
                near = did_you_mean(option, known) if option.startswith("--") else ""
                self.error(f"unknown option `{option}`", near)
        args, extra = self.parse_known_args(arguments)
        if extra:
            self.error(f"unexpected argument `{extra[0]}`")
        return args

    def error(self, message: str, hint: str = "") -> NoReturn:
        """Refuse the arguments."""
        general = "" if ";" in message else f"`{self.prog} --help` shows what it takes"
        raise UsageError(message, hint=hint or general)

    def format_help(self) -> str:
        """Return the help text; it does not depend on the version of Python."""
        places = [row for row in self._rows if not row.option_strings]
        options = [row for row in self._rows if row.option_strings]
        usage = " ".join([f"usage: {self.prog}", *(_place(row) for row in places), "[OPTIONS]"])
        parts = [usage, "", self.description or ""]
        if places:
            parts += ["", "arguments:", *_lines([(str(row.metavar), row.help or "") for row in places])]
        parts += ["", "options:", *_lines([(_option(row), row.help or "") for row in options])]
        return "\n".join(parts) + "\n"


def _place(row: argparse.Action) -> str:
    name = str(row.metavar)
    if row.nargs == "*":
        return f"[{name}...]"
    return f"[{name}]" if row.nargs == "?" else name


def _option(row: argparse.Action) -> str:
    names = ", ".join(row.option_strings)
    names = names if row.option_strings[0].startswith("-") and len(row.option_strings) > 1 else f"    {names}"
    return names if row.nargs == 0 else f"{names} {row.metavar}"


def _lines(rows: list[tuple[str, str]]) -> list[str]:
    """Lay out names and explanations in two columns; explanations are wrapped."""
    from textwrap import wrap

    column = max(len(name) for name, _ in rows) + 4
    lines = []
    for name, text in rows:
        first, *rest = wrap(text, _WIDTH - column) or [""]
        lines.append(f"  {name}".ljust(column) + first)
        lines += [" " * column + line for line in rest]
    return lines


def overview() -> str:
    """Return the help text of the program."""
    rows = _lines(list(COMMANDS.items()))
    options = _lines(
        [("-h, --help", "show this text; after a command, what it takes"), ("--version", "show the version")]
    )
    return "\n".join(
        [
            "usage: yamlflow COMMAND ...",
            "",
            "Pipelines as YAML: checked, rendered to Argo Workflows, run here or on a cluster.",
            "",
            "commands:",
            *rows,
            "",
            "options:",
            *options,
            "",
            "Exit codes: 0 fine, 1 the pipeline or the run failed, 2 wrong usage, 3 the target cannot be reached,",
            "130 Ctrl-C, 141 closed pipe.",
            "",
        ]
    )


def group_overview(group: str) -> str:
    """Return the help text of a command that has commands of its own."""
    options = _lines([("-h, --help", "show this text; after a command, what it takes")])
    head = [f"usage: yamlflow {group} COMMAND ...", "", COMMANDS[group], "", "commands:"]
    return "\n".join([*head, *_lines(list(GROUPS[group].items())), "", "options:", *options, ""])
