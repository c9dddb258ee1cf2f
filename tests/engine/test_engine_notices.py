"""What is told before a run begins, and how the program for containers is called."""

import os
from pathlib import Path

import pytest

from yamlflow.engine.runners.containers.images import qualified
from yamlflow.engine.runners.containers.program import containers, error_in
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along, TargetError


def _workflow(*templates):
    spec = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {"duration": "0"}}, *templates]}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": spec}


def test_programs_that_are_not_there_are_told(tmp_path) -> None:
    target = LocalTarget(str(tmp_path), "kubeflow", environment=os.environ)
    boxes = {
        "a": {"image": "team/cow:1", "command": ["no-such-cow", "hi"]},
        "b": {"image": "team/sheep:1", "command": ["/opt/no/sheep"]},
        "own": {"image": "x", "command": ["/bin/tool"], "volumeMounts": [{"name": "v", "mountPath": "/bin/tool"}]},
        "value": {"image": "x", "command": ["{{workflow.name}}"]},
        "here": {"image": "x", "command": ["sh"]},
    }
    target.submit(_workflow(*({"name": name, "container": box} for name, box in boxes.items())))
    list(target.watch("wf"))
    told = next(notice for notice in target.notices("wf") if notice.startswith("[missing-program]"))
    assert f"warning{told.replace('] ', ']: ', 1)}\n" == (Path(__file__).parent / "missing-program.txt").read_text()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"PATH": ""}, "no containers: there is no podman or docker on this machine"),
        ({"PATH": "", "YAMLFLOW_CONTAINER_ENGINE": "nerd"}, "no containers: there is no nerd on this machine"),
        ({"YAMLFLOW_CONTAINER_OPTIONS": "'"}, "YAMLFLOW_CONTAINER_OPTIONS cannot be read: No closing quotation"),
        ({"YAMLFLOW_RUNNER": "vm"}, "unknown runner `vm` (from YAMLFLOW_RUNNER)"),
    ],
)
def test_containers_that_cannot_be_had(environment, message, tmp_path) -> None:
    target = LocalTarget(str(tmp_path), "kubeflow", environment=environment)
    target.bring(Along(runner="" if "YAMLFLOW_RUNNER" in environment else "container"))
    with pytest.raises(TargetError) as caught:
        target.submit(_workflow())
    assert str(caught.value) == message


def test_options_go_where_they_belong() -> None:
    words = ["--storage-driver", "vfs", "--ulimit", "nofile=9:9", "--root=/r", "--network", "host", "--remote"]
    found = containers("/usr/bin/podman", words, {"PATH": "", "YAMLFLOW_SECRET_S_K": "hush"})
    assert found.line("ps") == ["/usr/bin/podman", "--storage-driver", "vfs", "--root=/r", "--remote", "ps"]
    assert (found.run_options, found.network) == (("--ulimit", "nofile=9:9"), "host")
    assert "YAMLFLOW_SECRET_S_K" not in found.environment


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("alpine", "docker.io/library/alpine"),
        ("team/x:1", "docker.io/team/x:1"),
        ("quay.io/x:1", "quay.io/x:1"),
        ("localhost/x", "localhost/x"),
        ("here:5000/x", "here:5000/x"),
    ],
)
def test_names_of_images(image, name) -> None:
    assert qualified(image) == name


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("Trying to pull x...\nError: initializing source: no such host\n", "initializing source: no such host"),
        ("docker: Error response from daemon: pull access denied.\n\nRun 'docker run --help'", "pull access denied"),
        ("Error response from daemon: manifest unknown\n", "manifest unknown"),
        ("", ""),
    ],
)
def test_errors_of_podman_and_docker(said, error) -> None:
    assert error_in(said) == error


def test_programs_of_templates_that_stand_elsewhere_are_told(tmp_path) -> None:
    box = {"image": "team/cow:1", "command": ["no-such-cow"], "tty": True}
    library = {"kind": "WorkflowTemplate", "metadata": {"name": "lib"}, "spec": {"templates": [{"name": "t"}]}}
    library["spec"]["templates"][0]["container"] = box
    inline = {"container": {"image": "team/dog:1", "command": ["no-such-dog"]}}
    steps = [[{"name": "a", "templateRef": {"name": "lib", "template": "t"}}, {"name": "b", "inline": inline}]]
    workflow = _workflow({"name": "uses", "steps": steps})
    target = LocalTarget(str(tmp_path), "kubeflow", environment=os.environ)
    target.bring(Along((library,), left_out=("stdin",)))
    target.submit(workflow)
    list(target.watch("wf"))
    _, missing, left_out = target.notices("wf")
    assert "`no-such-dog` of team/dog:1, `no-such-cow` of team/cow:1;" in missing
    assert left_out == "[left-out] not in force on this machine: tty"
