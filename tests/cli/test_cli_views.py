"""What a run looks like: line by line, in place, and in full."""

import os

import pytest
from fake_run import FOLDER, NOW, console, load
from small_terminal import Terminal

from yamlflow.cli.describe import describe
from yamlflow.cli.view import PlainView
from yamlflow.cli.view_live import LiveView


def check(name: str, text: str) -> None:
    path = FOLDER / "golden" / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


def show(kind, name, **settings):
    workflow, logs = load(name)
    made, out = console(**settings)
    view = kind(made, workflow, "local", lambda node, count: logs.get(node["id"], [])[-count:], lambda: NOW)
    return view, workflow, out


@pytest.mark.parametrize("name", ["conditions", "groups"])
def test_plain(name) -> None:
    view, workflow, out = show(PlainView, name)
    view.update(workflow)
    view.update(workflow)
    view.finish(workflow)
    check(f"{name}.plain.txt", out.getvalue())


def test_plain_names_what_takes_long() -> None:
    workflow, _ = load("groups")
    made, out = console()
    moments = [NOW]
    view = PlainView(made, workflow, "local", lambda node, count: [], lambda: moments[-1])
    view.update(workflow)
    before = len(out.getvalue())
    for passed in (0, 0.5, 1.5, 9):
        moments.append(NOW + passed)
        view.tick()
    assert out.getvalue()[before:].splitlines() == [
        " ● fit-all.fit(0:a)    running",
        " ● fit-all.fit(1:b)    running",
        " ‖ onExit              waits",
    ]


@pytest.mark.parametrize("name", ["conditions", "groups"])
@pytest.mark.parametrize("wide", [False, True])
def test_get(name, wide, monkeypatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    workflow, _ = load(name)
    made, _ = console()
    lines = describe(workflow, "local", made.out, NOW, wide=wide)
    check(f"{name}.get{'-wide' if wide else ''}.txt", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("name", "size"),
    [("conditions", (100, 40)), ("groups", (100, 40)), ("groups", (34, 40)), ("groups", (100, 7)), ("groups", (3, 2))],
)
def test_live_frames(name, size) -> None:
    view, workflow, out = show(LiveView, name, terminal=True, size=size, env={"NO_COLOR": "1"})
    screen = Terminal(*size)
    for _ in range(3):
        view.update(workflow)
        view.tick()
    screen.feed(out.getvalue())
    check(f"{name}.live-{size[0]}x{size[1]}.txt", screen.text())


@pytest.mark.parametrize("name", ["conditions", "groups"])
def test_live_leaves_the_whole_tree(name) -> None:
    view, workflow, out = show(LiveView, name, terminal=True, size=(100, 6), env={"NO_COLOR": "1"})
    screen = Terminal(100, 6)
    view.update(workflow)
    view.tick()
    view.finish(workflow)
    screen.feed(out.getvalue())
    assert screen.cursor_shown
    check(f"{name}.live-end.txt", screen.history())


def test_live_survives_a_narrower_terminal() -> None:
    workflow, _ = load("groups")
    size = (100, 40)
    made, out = console(terminal=True, env={"NO_COLOR": "1"})
    made._size = lambda: size
    screen = Terminal(100, 40)
    view = LiveView(made, workflow, "local", lambda node, count: [], lambda: NOW)
    view.update(workflow)
    before = out.getvalue()
    screen.feed(before)
    size = (20, 40)
    screen.resize(20)
    view.update(workflow)
    screen.feed(out.getvalue()[len(before) :])
    assert screen.text().count("report") == 1


def test_an_ascii_terminal() -> None:
    view, workflow, out = show(PlainView, "conditions", encoding="ascii")
    view.update(workflow)
    view.finish(workflow)
    assert out.getvalue().isascii()
    made, _ = console(encoding="ascii")
    assert all(line.isascii() for line in describe(workflow, "local", made.out, NOW, wide=False))


def test_colours_only_on_a_terminal() -> None:
    for settings, coloured in [({}, False), ({"terminal": True}, True)]:
        view, workflow, out = show(PlainView, "conditions", **settings)
        view.update(workflow)
        assert ("\x1b[" in out.getvalue()) == coloured
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        view, workflow, out = show(PlainView, "conditions", terminal=True, env=env)
        view.update(workflow)
        assert "\x1b[" not in out.getvalue()
