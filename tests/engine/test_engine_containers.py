"""The container runner, with real containers."""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest
from engine_containers import IMAGE, OWN_IMAGE, find_engine, with_image, without_own_settings
from engine_scenarios import SCENARIOS, read, run_here

from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along

SAME = ("artifacts", "container-set", "container-set-retry", "daemon-exec", "pod-patch", "progress", "sidecars")
OWN = [path.stem for path in sorted((Path(__file__).parent / "containers").glob("*.yaml"))]


@pytest.fixture(scope="session", params=["podman", "docker"])
def engine(request):
    folder = Path(tempfile.mkdtemp(prefix="yamlflow-"))  # podman takes no long path
    found = find_engine(request.param, folder)
    if isinstance(found, str):
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(found)
    yield found
    found.ask("rmi", "--force", IMAGE, OWN_IMAGE)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def target(tmp_path, engine):
    yield LocalTarget(str(tmp_path / "home"), "kubeflow", environment=without_own_settings() | engine.environment)
    end = time.monotonic() + 30
    while engine.ask("ps", "--all", "--quiet").split():
        assert time.monotonic() < end, "containers are left"
        time.sleep(0.05)


@pytest.mark.parametrize("name", SAME)
def test_same_as_processes(name, target) -> None:
    run_here(with_image(SCENARIOS[name]), target, runner="container")


@pytest.mark.parametrize("name", OWN)
def test_containers(name, target) -> None:
    scenario = with_image(read(Path(__file__).parent / "containers" / f"{name}.yaml"))
    run_here(scenario, target, runner="container")
    assert set(scenario["expect"]["said"]) <= {line.text for line in target.logs("wf")}


def _engine_of(home, uid):
    return int((home / "runs" / uid / "lock").read_text())


def test_an_engine_that_was_killed_finds_its_containers(target, tmp_path) -> None:
    """What goes on without an engine is waited for; what needs one is begun anew."""
    waits = "echo began; until [ -e /go/on ]; do sleep 0.05; done; echo ended; echo 1 > /tmp/p"
    box = {"image": "plain", "command": ["sh", "-c", waits], "volumeMounts": [{"name": "go", "mountPath": "/go"}]}
    template = {"name": "main", "container": box, "volumes": [{"name": "go", "hostPath": {"path": str(tmp_path)}}]}
    template["outputs"] = {"parameters": [{"name": "p", "valueFrom": {"path": "/tmp/p"}}]}
    manifest = with_image({"metadata": {"name": "wf"}, "spec": {"entrypoint": "main", "templates": [template]}})
    target.bring(Along(host_path=True, runner="container"))
    run = target.submit({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", **manifest})
    next(line for line in target.logs("wf", follow=True) if line.text == "began")
    os.kill(_engine_of(tmp_path / "home", run["metadata"]["uid"]), signal.SIGKILL)
    (tmp_path / "on").touch()
    target.recover("wf")
    *_, run = target.watch("wf")
    assert run["status"]["phase"] == "Succeeded", run["status"]
    assert [line.text for line in target.logs("wf")] == ["began", "ended"]


def test_from_the_command_line(tmp_path, engine, yamlflow, user_env) -> None:
    user_env.update(engine.environment)
    path = tmp_path / "flow.yaml"
    path.write_text(f"name: boxed\ntasks:\n  look: {{image: {IMAGE}, run: ls /bin/busybox /argo}}\n")
    done = yamlflow("run", str(path), "--runner", "container")
    assert (done.stderr, done.returncode) == ("", 0)
    assert yamlflow("logs", "@latest").stdout.splitlines()[0] == "look: /bin/busybox"


LACKS = 'cni plugin bridge failed: failed to locate iptables: exec: "iptables": executable file not found in $PATH'


def test_what_the_program_lacks_is_not_what_the_image_lacks(tmp_path, engine) -> None:
    wrapper = tmp_path / os.path.basename(engine.path)
    refusal = f"echo 'Error: {LACKS}' >&2; exit 127"
    wrapper.write_text(f'#!/bin/sh\ncase " $* " in *" run "*) {refusal};; esac\nexec {engine.path} "$@"\n')
    wrapper.chmod(0o755)
    environment = {**without_own_settings(), **engine.environment, "YAMLFLOW_CONTAINER_ENGINE": str(wrapper)}
    target = LocalTarget(str(tmp_path / "home"), "kubeflow", environment=environment)
    target.bring(Along(runner="container"))
    container = {"image": IMAGE, "command": ["echo", "hello"]}
    spec = {"entrypoint": "main", "templates": [{"name": "main", "container": container}]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}}
    target.submit({**kind, "spec": spec})
    *_, run = target.watch("wf")
    assert run["status"]["nodes"]["wf"]["message"] == f"main: StartError (exit code 128): {LACKS}"
