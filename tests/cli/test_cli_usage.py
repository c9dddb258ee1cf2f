"""Help, and what is said to arguments that are wrong."""

import os

import pytest
from fake_run import FOLDER

from yamlflow import __version__
from yamlflow.cli.commands import COMMANDS, GROUPS

IN_GROUPS = [f"{group} {name}" for group, commands in GROUPS.items() for name in commands]

MISTAKES = [
    ("vaildate", "unknown command `vaildate`; did you mean `validate`?"),
    ("frobnicate", "unknown command `frobnicate`; `yamlflow --help` lists all"),
    ("-n argo list", "unknown option `-n` before a command; options stand after their command"),
    ("run", "the following arguments are required: FILE; `yamlflow run --help` shows what it takes"),
    ("run a.yaml b.yaml", "unexpected argument `b.yaml`; `yamlflow run --help` shows what it takes"),
    ("run a.yaml --paramter x=1", "unknown option `--paramter`; did you mean `--parameter`?"),
    ("run a.yaml --parameter-fil x", "unknown option `--parameter-fil`; did you mean `--parameter-file`?"),
    ("run a.yaml -x", "unknown option `-x`; `yamlflow run --help` shows what it takes"),
    ("run a.yaml -p x", "`-p x` is no NAME=VALUE"),
    ("run a.yaml -p =x", "`-p =x` is no NAME=VALUE"),
    ("run a.yaml -p x=1 -p x=2", "parameter `x` is given twice"),
    ("render a.yaml -o jsn", "argument -o/--output: unknown format `jsn`; did you mean `json`?"),
    ("render a.yaml -o toml", "argument -o/--output: unknown format `toml`; known: yaml, json"),
    (
        "render a.yaml --as CronWorkflow",
        "there is no `--as CronWorkflow`; a pipeline with `schedule` becomes one without --as",
    ),
    ("list --status Runing", "argument --status: unknown status `Runing`; did you mean `Running`?"),
    ("list --target lokal", "unknown target `lokal`; did you mean `local`?"),
    ("delete", "`yamlflow delete` takes names, or --all"),
    ("delete x --all", "`yamlflow delete` takes names, or --all"),
    ("component shwo x", "unknown command `shwo`; did you mean `show`?"),
    ("component frobnicate", "unknown command `frobnicate`; `yamlflow component --help` lists all"),
    ("component -v show", "unknown option `-v` before a command; options stand after their command"),
    (
        "component show",
        "the following arguments are required: REF; `yamlflow component show --help` shows what it takes",
    ),
    ("schema pipelin", "there is no schema `pipelin`; did you mean `pipeline`?"),
    ("run a.yaml --set-file x", "`--set-file x` is no PATH=FILE, such as a.b=text.txt"),
    ("run a.yaml --set-file x=", "`--set-file x=` names no file"),
    ("validate --show-rendered -o json", "--show-rendered and -o json do not go together"),
    ("explain unknown-outpt", "unknown code `unknown-outpt`; did you mean `unknown-output`?"),
]


@pytest.mark.parametrize("command", ["", *COMMANDS, *IN_GROUPS])
def test_help(yamlflow, command) -> None:
    done = yamlflow(*command.split(), "--help")
    path = FOLDER / "golden" / f"help{'-' if command else ''}{command.replace(' ', '-')}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == path.read_text()
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize(("arguments", "said"), MISTAKES)
def test_a_mistake_is_one_line(yamlflow, arguments, said) -> None:
    done = yamlflow(*arguments.split())
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {said}\n")


def test_without_a_command(yamlflow) -> None:
    done = yamlflow()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (FOLDER / "golden" / "help.txt").read_text()


def test_a_group_without_a_command(yamlflow) -> None:
    done = yamlflow("component")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (FOLDER / "golden" / "help-component.txt").read_text()


def test_version(yamlflow) -> None:
    done = yamlflow("--version")
    assert (done.returncode, done.stdout) == (0, f"yamlflow {__version__}\n")


def test_the_environment_chooses_the_target(yamlflow, user_env) -> None:
    user_env["ARGO_SERVER"] = "localhost:1"
    assert yamlflow("list").returncode == 3
    user_env["YAMLFLOW_TARGET"] = "moon"
    assert "unknown target `moon` (from YAMLFLOW_TARGET)" in yamlflow("list").stderr
    assert yamlflow("list", "--target", "local").returncode == 0


def test_explain(yamlflow) -> None:
    listed = yamlflow("explain")
    assert listed.returncode == 0
    codes = [line.split()[0] for line in listed.stdout.splitlines()]
    assert codes == sorted(codes)
    assert "unknown-output" in codes
    page = yamlflow("explain", "unknown-output")
    assert page.returncode == 0
    assert page.stdout.startswith("unknown-output\n")
    assert "```" not in page.stdout
