"""Streams that are closed, full, or speak no UTF-8."""

import os
import subprocess
import sys

import pytest

EXPLAIN = [sys.executable, "-m", "yamlflow", "explain"]


def test_closed_pipe(user_env) -> None:
    process = subprocess.Popen(EXPLAIN, env=user_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk(user_env) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(EXPLAIN, env=user_env, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "error: cannot print: no space left on device\n")


def test_no_standard_output_at_all(user_env) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *EXPLAIN], env=user_env, stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("locale", [{"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}])
def test_any_locale(user_env, locale, tmp_path) -> None:
    name = "grün✔.yaml"
    (tmp_path / name).write_text("name: x\ntasks: {a: {run: echo ✔}}\nübrig: 1\n", encoding="utf-8")
    command = [sys.executable, "-m", "yamlflow", "validate", name]
    done = subprocess.run(command, env=user_env | locale, cwd=tmp_path, capture_output=True, check=False)
    assert done.stderr == b""
    assert "übrig: 1" in done.stdout.decode("utf-8")


def test_a_name_that_is_no_text(user_env, tmp_path) -> None:
    command = [*EXPLAIN[:-1], "validate", os.fsdecode(b"bad\xff.yaml")]
    done = subprocess.run(command, env=user_env, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"internal error" not in done.stderr + done.stdout
