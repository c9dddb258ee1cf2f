"""Ctrl-C while a command works: no traceback, and no file that is half written."""

import subprocess
import sys

import pytest

# A signal comes at a certain call within the command, which no clock could say; below zero while an object goes.
DRIVER = """\
import os, signal, sys
from yamlflow.cli import main
at, calls = int(sys.argv.pop(1)), 0
def interrupt(*_):
    os.kill(os.getpid(), signal.SIGINT)
class Thing:
    __del__ = interrupt
def look(*_):
    global calls
    calls += 1
    if calls == abs(at):
        interrupt() if at > 0 else Thing()
sys.setprofile(look)
code = main()
sys.setprofile(None)
print(calls, file=sys.stderr)
sys.exit(code)
"""
PIPELINE = """\
name: two
defaults: {{image: "alpine:3.20"}}
tasks:
  first: {{run: echo {said}}}
  second: {{after: [first], run: echo 2}}
"""
COMMANDS = (
    "diff one.yaml two.yaml",
    "graph one.yaml --out out/graph.svg",
    "import argo.yaml --out out/pipeline.yaml",
    "import argo.yaml --out out/pipeline.yaml --out-dir out/components",
    "package one.yaml --out out/package.zip",
    "render one.yaml --out out/argo.yaml",
)
MOMENTS = (0.02, 0.5, 0.9, 0.999)


@pytest.fixture
def command(tmp_path, user_env):
    (tmp_path / "one.yaml").write_text(PIPELINE.format(said=1))
    (tmp_path / "two.yaml").write_text(PIPELINE.format(said=2))

    def run(words, at=0):
        driven = [sys.executable, "-c", DRIVER, str(at), *words.split()]
        environment = {**user_env, "PYTHONHASHSEED": "0"}
        return subprocess.run(driven, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    run("render one.yaml --out argo.yaml")
    return run


def test_interrupted_while_an_object_goes(command) -> None:
    """Python itself would drop the signal."""
    done = command("render one.yaml", -2000)
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr


def _written(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", COMMANDS)
def test_interrupted(command, tmp_path, words) -> None:
    out = tmp_path / "out"
    out.mkdir()
    whole = command(words)
    expected = _written(out)
    calls = int(whole.stderr.splitlines()[-1])
    for moment in MOMENTS:
        for path in expected:
            (out / path).unlink(missing_ok=True)
        done = command(words, int(calls * moment))
        assert done.returncode == 130, (moment, done)
        assert "Traceback" not in done.stderr
        assert _written(out).items() <= expected.items(), moment
