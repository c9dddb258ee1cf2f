"""The same commands on a terminal: drawn in place, asking, interrupted by the keyboard."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
import uuid

import pytest
from processes import processes, wait_for
from small_pipelines import FAILS, SLEEPS, TWO_TASKS, write
from small_terminal import Terminal


class Session:
    """A command whose terminal is ours."""

    def __init__(self, env: dict[str, str], *arguments: str, columns: int = 100, lines: int = 30) -> None:
        self.screen = Terminal(columns, lines)
        self.raw = ""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        # Opening the terminal as leader of a new session makes it the controlling one: Ctrl-C then is a signal.
        shell = ["sh", "-c", 'exec "$@" <"$0" >"$0" 2>"$0"', os.ttyname(slave)]
        command = [*shell, sys.executable, "-m", "yamlflow", *arguments]
        self.process = subprocess.Popen(command, env=env | {"TERM": "xterm-256color"}, start_new_session=True)
        self._slave = slave
        self._deadline = time.monotonic() + 60

    def until(self, text: str) -> None:
        """Read until a text is on the screen."""
        while text not in self.screen.history():
            assert self._read(), self.screen.history()

    def until_last(self, text: str) -> None:
        """Read until a text is in the last lines of the screen."""
        while text not in "".join(self.screen.text().rstrip().splitlines(keepends=True)[-2:]):
            assert self._read(), self.screen.history()

    def end(self) -> int:
        """Read until the process ends."""
        while self._read():
            pass
        os.close(self._master)
        os.close(self._slave)
        return self.process.wait()

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self._master, text.encode())

    def _read(self) -> bool:
        while not select.select([self._master], [], [], 0.05)[0]:
            assert time.monotonic() < self._deadline, self.screen.history()
            if self.process.poll() is not None:
                return bool(select.select([self._master], [], [], 0)[0])
        text = os.read(self._master, 65536).decode()
        self.raw += text
        self.screen.feed(text)
        return True


@pytest.fixture
def terminal(user_env):
    """Start `yamlflow ARGS` on a terminal."""
    sessions = []

    def start(*arguments, **size) -> Session:
        sessions.append(Session(user_env, *arguments, **size))
        return sessions[-1]

    yield start
    for session in sessions:
        session.process.kill()
        session.process.wait()


def words(text: str) -> list[list[str]]:
    return [[word for word in line.split() if not word[0].isdigit()] for line in text.splitlines() if line.strip()]


def test_the_tree_stays(terminal, tmp_path) -> None:
    session = terminal("run", write(tmp_path, TWO_TASKS))
    assert session.end() == 0
    header, note, *steps, last = words(session.screen.history())
    assert note[:2] == ["note:", "images"]
    assert header[1:] == ["local", "namespace", "kubeflow"]
    assert steps[0] == ["✔", "one", "hello"]
    assert sorted(steps[1:]) == [
        ["○", "never", "skipped:", "inputs.word", "==", "'never'", "is", "false"],
        ["✔", "two", "bye"],
    ]
    assert last == ["Succeeded", "in"]
    assert session.screen.cursor_shown


def test_a_failure_shows_what_was_printed(terminal, tmp_path) -> None:
    session = terminal("run", write(tmp_path, FAILS), columns=30, lines=5)
    assert session.end() == 1
    shown = session.screen.history()
    assert "| line 3\n" in shown
    assert "| line 12\n" in shown
    assert "| line 2\n" not in shown


def test_ctrl_c(terminal, tmp_path, yamlflow) -> None:
    seconds = f"98765.{uuid.uuid4().int % 10**12:012}"
    session = terminal("run", write(tmp_path, SLEEPS.format(seconds=seconds)))
    session.until("nap")
    wait_for(f"sleep {seconds}", session.process)
    session.type("\x03")
    assert session.end() == 130
    assert "Failed (Terminated) in" in session.screen.history()
    assert session.screen.cursor_shown
    assert processes(f"sleep {seconds}") == []
    assert "Failed (Terminated)" in yamlflow("list").stdout


def test_colours(terminal, user_env, tmp_path) -> None:
    session = terminal("list")
    session.end()
    assert "\x1b[" not in session.raw
    del user_env["NO_COLOR"]
    session = terminal("list")
    session.end()
    assert "\x1b[" in session.raw


@pytest.mark.parametrize(("answer", "code", "left"), [("n\n", 1, 2), ("\n", 1, 2), ("\x04", 1, 2), ("y\n", 0, 0)])
def test_delete_asks(terminal, yamlflow, tmp_path, answer, code, left) -> None:
    for _ in range(2):
        assert yamlflow("run", write(tmp_path, TWO_TASKS)).returncode == 0
    session = terminal("delete", "--all")
    session.until("delete 2 runs (target local, namespace kubeflow)? [y/N]")
    session.type(answer)
    assert session.end() == code
    assert len(yamlflow("list", "-o", "name").stdout.splitlines()) == left


def test_findings_beside_a_run(terminal, tmp_path) -> None:
    """A save during a watched run is judged above the drawing, which goes on below; then a new run takes its place."""
    file = tmp_path / "pipeline.yaml"
    write(tmp_path, SLEEPS.format(seconds=f"98765.{uuid.uuid4().int % 10**12:012}"))
    session = terminal("watch", str(file), "--run", columns=300)
    session.until("nap")
    file.write_text("name: sleeps\ntasks: {a: {}}\n")
    session.until("1 error in 1 file")
    session.until_last(" nap ")
    file.write_text(TWO_TASKS)
    session.until("Succeeded in")
    session.type("\x03")
    assert session.end() == 130
    assert session.screen.cursor_shown
    lines = session.screen.history().splitlines()
    verdicts = [line.rpartition(" ")[2] for line in lines if "pipeline.yaml changed: " in line]
    assert verdicts == ["invalid", "valid"]
    first, second = (line.split()[0] for line in lines if "namespace" in line)
    assert lines.index(f"stopping {first}") < next(at for at, line in enumerate(lines) if line.startswith(second))


MANY = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: many-}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: each, template: one, withSequence: {count: "300"}, when: "{{item}} == 7"}
    - {name: one, container: {image: "alpine:3.20", command: [sh, -c, "exit 3"]}}
"""


def test_of_many_steps_the_most_telling_are_left(terminal, tmp_path) -> None:
    session = terminal("run", write(tmp_path, MANY), lines=20)
    assert session.end() == 1
    lines = session.screen.history().splitlines()
    assert len(lines) < 220
    assert any("each(7:7)" in line and "exit code 3" in line for line in lines)
    assert any(line.startswith("   101 more; `yamlflow get many-") for line in lines)
