"""An engine that ends at any write of its store: another goes on, and it comes to the same."""

import os
import random
from pathlib import Path

import pytest
from engine_crash import Plan, World, ended, live, outcome, submit

from yamlflow.diagnostics import Sink
from yamlflow.source import read_file

_FILE = read_file(str(Path(__file__).parent / "medium.yaml"), Sink())
assert _FILE is not None
MEDIUM = _FILE.data()
PAIRS = int(os.environ.get("YAMLFLOW_FUZZ", "20"))


def _run(home, plan):
    """Run to the end with as many engines as it takes."""
    objects = MEDIUM["with"]
    submit(home, MEDIUM["spec"], objects)
    world = World(MEDIUM["outcomes"])
    over: dict[str, int] = {}
    while not live(home, world, plan, objects):
        for name, count in over.items():
            assert world.begun[name] == count, f"{name} was over, and was begun again"
        over = {name: world.begun[name] for name in ended(home)}
    for name, count in over.items():
        assert world.begun[name] == count, f"{name} was over, and was begun again"
    return world, outcome(home)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What comes of it when no engine ends early, and how often it writes."""
    plan = Plan()
    world, found = _run(str(tmp_path_factory.mktemp("whole")), plan)
    return world, found, plan.writes


def test_nothing_is_left_over(whole) -> None:
    world, found, writes = whole
    assert (found["phase"], found["locks"], found["requests"]) == ("Succeeded", [], [])
    assert set(world.begun.values()) == {1}
    assert [row[:2] for row in found["cache"]] == [("kept", "k")]
    assert writes > 40


@pytest.mark.parametrize("behind", [False, True])
def test_at_every_write(whole, tmp_path, behind) -> None:
    _, expected, writes = whole
    for at in range(1, writes + 1):
        world, found = _run(str(tmp_path / str(at)), Plan((at, behind)))
        assert found == expected, f"write {at}"
        assert max(world.begun.values()) <= 2


@pytest.mark.parametrize("seed", range(PAIRS))
def test_at_several_writes(whole, tmp_path, seed) -> None:
    _, expected, writes = whole
    chance = random.Random(seed)
    ends = {chance.randint(1, writes + 10): chance.random() < 0.5 for _ in range(chance.randint(2, 6))}
    assert _run(str(tmp_path), Plan(*ends.items()))[1] == expected, sorted(ends.items())
