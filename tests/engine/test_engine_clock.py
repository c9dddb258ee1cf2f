"""Clocks that jump: a run has a time of its own, and an engine that goes on begins no earlier than the last."""

import pytest
from engine_simulation import Simulation

from yamlflow.engine.clock import Clock

DAY = 86_400.0
RUN = {"container": {"image": "i", "command": ["true"]}}


def test_the_time_of_a_run() -> None:
    wall, count = [1000.0], [5.0]
    clock = Clock(900.0, lambda: wall[0], lambda: count[0])
    assert clock() == 1000.0
    wall[0] -= DAY
    count[0] += 7
    assert clock() == 1007.0
    assert Clock(1007.0, lambda: wall[0], lambda: count[0])() == 1007.0
    assert Clock(1007.0, lambda: wall[0] + 2 * DAY, lambda: count[0])() == 1000.0 + DAY


def _waiting(template, **spec):
    """Return a run of one task that waits, ten seconds after its begin."""
    simulation = Simulation({"entrypoint": "main", "templates": [{"name": "main", **template}], **spec}, OUTCOMES)
    simulation.begin()
    while simulation.step() and not simulation.state.timers and simulation.now < 1_000_010:
        pass
    simulation.now = 1_000_010.0
    return simulation


OUTCOMES = {"wf(0)": {"code": 1}, "wf": {"seconds": 50}, "late": {"seconds": 50}}
AGAIN = RUN | {"retryStrategy": {"limit": 1, "backoff": {"duration": "1h"}}}
CASES = {
    "a pause goes on": ({"suspend": {"duration": "1h"}}, {}, 0, "Succeeded", 3600),
    "a pause is over": ({"suspend": {"duration": "1h"}}, {}, DAY, "Succeeded", DAY + 10),
    "a pause is not made longer": ({"suspend": {"duration": "1h"}}, {}, -DAY, "Succeeded", 3600),
    "a backoff goes on": (AGAIN, {}, 0, "Succeeded", 3602),
    "a backoff is over": (AGAIN, {}, DAY, "Succeeded", DAY + 11),
    "a backoff is not made longer": (AGAIN, {}, -DAY, "Succeeded", 3602),
    "a task begun anew has all its time": (RUN | {"activeDeadlineSeconds": 60}, {}, DAY, "Succeeded", DAY + 60),
    "and its limit": (RUN | {"activeDeadlineSeconds": 40}, {}, DAY, "Failed", DAY + 50),
    "also that of its waiting": (RUN | {"timeout": "40s"}, {}, DAY, "Failed", DAY + 50),
    "the deadline of the run has passed": (RUN, {"activeDeadlineSeconds": 3600}, DAY, "Failed", DAY + 10),
    "the deadline of the run stays": (RUN, {"activeDeadlineSeconds": 40}, -DAY, "Failed", 40),
}


@pytest.mark.parametrize("name", CASES)
def test_an_engine_that_goes_on(name) -> None:
    template, spec, later, phase, seconds = CASES[name]
    simulation = _waiting(template, **spec)
    simulation.crash(later)
    simulation.run()
    assert (simulation.state.phase, simulation.now - 1_000_000) == (phase, seconds)
