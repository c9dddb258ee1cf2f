"""The container runner, with real containers."""

import pytest
from engine_containers import IMAGE, find_engine, with_image, without_own_settings
from engine_scenarios import SCENARIOS, run_here

from yamlflow.targets.local import LocalTarget

SAME = ("artifacts", "container-set", "daemons", "environment", "exit-codes", "outputs", "sidecars", "volumes")
OTHER = {
    "daemons": ["wf[1].client"],  # has the address of the daemon, which is one of its own here
    "exit-codes": ["wf[0].killed"],  # the first process of a container cannot kill itself
}


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    found = find_engine(tmp_path_factory.mktemp("containers"))
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.mark.parametrize("name", SAME)
def test_same_as_processes(name, tmp_path, engine) -> None:
    scenario = with_image(SCENARIOS[name])
    nodes = {key: node for key, node in scenario["expect"]["nodes"].items() if key not in OTHER.get(name, ())}
    scenario["expect"]["nodes"] = nodes
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=without_own_settings() | engine.environment)
    run_here(scenario, target, runner="container")


def test_from_the_command_line(tmp_path, engine, yamlflow, user_env) -> None:
    user_env.update(engine.environment)
    path = tmp_path / "flow.yaml"
    path.write_text(f"name: boxed\ntasks:\n  look: {{image: {IMAGE}, run: ls /bin/busybox /argo}}\n")
    done = yamlflow("run", str(path), "--runner", "container")
    assert (done.stderr, done.returncode) == ("", 0)
    assert yamlflow("logs", "@latest").stdout.splitlines()[0] == "look: /bin/busybox"
