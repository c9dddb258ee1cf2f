"""What every target must do, held against each of them."""

import os
import threading

import pytest

from yamlflow.targets.argo_server import ArgoTarget
from yamlflow.targets.argo_settings import read_settings
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import RunNotFoundError, TargetError


@pytest.fixture(params=["local", "argo"])
def open_target(request, tmp_path):
    """Return a function that opens a target, each time a new client of the same runs."""
    if request.param == "local":
        opened = lambda namespace="kubeflow": LocalTarget(str(tmp_path / "home"), namespace, environment=os.environ)  # noqa: E731
    else:
        settings = read_settings(request.getfixturevalue("argo").env())
        opened = lambda namespace="kubeflow": ArgoTarget(settings, namespace, (0.01,) * 3)  # noqa: E731
    yield opened
    for run in opened().list():
        opened().delete(run["metadata"]["name"])


@pytest.fixture
def target(open_target):
    return open_target()


def start(target, manifest) -> str:
    return target.submit(manifest)["metadata"]["name"]


def finish(target, manifest) -> str:
    name = start(target, manifest)
    assert list(target.watch(name))[-1]["status"]["finishedAt"]
    return name


def node(workflow: dict, name: str) -> dict:
    [found] = [item for item in workflow["status"]["nodes"].values() if item["displayName"] == name]
    return found


def wait_for_line(target, name: str, text: str) -> None:
    for line in target.logs(name, follow=True):
        if line.text == text:
            return
    raise AssertionError(f"{text} was never printed")


def test_submit(target, manifest) -> None:
    given = manifest("two")
    run = target.submit(given)
    assert given == manifest("two")
    metadata = run["metadata"]
    assert metadata["name"].startswith("two-")
    assert len(metadata["name"]) > len("two-")
    assert (metadata["namespace"], metadata["labels"]["team"]) == ("kubeflow", "red")
    assert metadata["uid"]
    assert metadata["creationTimestamp"].endswith("Z")
    assert (run["apiVersion"], run["kind"]) == ("argoproj.io/v1alpha1", "Workflow")
    assert run["spec"]["arguments"] == given["spec"]["arguments"]
    assert "managedFields" not in metadata


def test_submit_with_a_name(target, manifest) -> None:
    given = manifest("two", name="two-mine")
    del given["metadata"]["generateName"]
    assert start(target, given) == "two-mine"
    with pytest.raises(TargetError, match=r"two-mine.* exists") as found:
        target.submit(given)
    assert found.value.exit_code == 1


def test_a_dry_run_starts_nothing(target, manifest) -> None:
    run = target.submit(manifest("two"), dry_run=True)
    assert run["metadata"]["name"].startswith("two-")
    assert target.list() == []


def test_watch(target, manifest) -> None:
    states = list(target.watch(start(target, manifest("two"))))
    assert states[-1]["status"]["phase"] == "Succeeded"
    assert [state["status"].get("phase") for state in states[:-1]].count("Succeeded") == 0
    phases = {name: node(states[-1], name)["phase"] for name in ("one", "two", "never")}
    assert phases == {"one": "Succeeded", "two": "Succeeded", "never": "Skipped"}
    assert node(states[-1], "never")["message"] == "when '1 == 2' evaluated false"


def test_watch_of_a_run_that_has_ended(target, manifest) -> None:
    name = finish(target, manifest("fails"))
    [state] = target.watch(name)
    assert state["status"]["phase"] == "Failed"
    assert node(state, "bad")["phase"] == "Failed"


def test_watch_sees_what_others_do(open_target, manifest) -> None:
    name = start(open_target(), manifest("sleeps"))
    stopper = threading.Thread(target=lambda: (wait_for_line(open_target(), name, "down"), open_target().stop(name)))
    stopper.start()
    last = list(open_target().watch(name))[-1]
    stopper.join()
    assert (last["status"]["phase"], last["spec"]["shutdown"]) == ("Failed", "Stop")


def test_get(target, manifest) -> None:
    name = finish(target, manifest("two"))
    run = target.get(name)
    assert (run["metadata"]["name"], run["kind"], run["status"]["phase"]) == (name, "Workflow", "Succeeded")
    assert target.get("@latest") == run


def test_list(target, open_target, manifest) -> None:
    assert target.list() == []
    first, second = finish(target, manifest("two")), finish(target, manifest("fails"))
    assert [run["metadata"]["name"] for run in target.list()] == [second, first]
    assert [run["metadata"]["name"] for run in target.list("team=red")] == [first]
    assert [run["metadata"]["name"] for run in target.list("team!=red")] == [second]
    assert [run["metadata"]["name"] for run in target.list("workflows.argoproj.io/phase=Failed")] == [second]
    assert target.get("@latest")["metadata"]["name"] == second
    [whole, *_], [brief, *_] = target.list(), target.list(brief=True)
    assert whole == target.get("@latest")
    assert brief["metadata"] == whole["metadata"]
    assert {key: brief["status"][key] for key in ("phase", "finishedAt", "progress")}.items() <= whole["status"].items()
    assert open_target("lab").list() == []


def test_a_selector_that_cannot_be_read(target) -> None:
    with pytest.raises(TargetError) as found:
        target.list("!!=")
    assert found.value.exit_code == 1


def test_logs(target, manifest) -> None:
    name = finish(target, manifest("two"))
    lines = list(target.logs(name))
    expected = [("one", "thinking"), ("one", "hello"), ("two", "thinking"), ("two", "bye")]
    assert [(line.node, line.text) for line in lines] == expected
    assert len({line.pod for line in lines}) == 2
    assert [line.text for line in target.logs(name, "two")] == ["thinking", "bye"]
    assert [line.text for line in target.logs(name, node(target.get(name), "one")["id"])] == ["thinking", "hello"]
    assert [line.text for line in target.logs("@latest", "two", follow=True)] == ["thinking", "bye"]
    assert [line.text for line in target.logs(name, "two", tail=1)][-1] == "bye"
    assert list(target.logs(name, "never")) == []


def test_logs_of_a_task_that_does_not_exist(target, manifest) -> None:
    name = finish(target, manifest("two"))
    for follow in (False, True):
        with pytest.raises(TargetError, match="has no task `three`"):
            list(target.logs(name, "three", follow=follow))


def test_logs_that_are_followed(target, open_target, manifest) -> None:
    name = start(target, manifest("sleeps"))
    lines = target.logs(name, "nap", follow=True)
    assert next(lines).text == "down"
    assert not open_target().get(name)["status"]["finishedAt"]
    open_target().stop(name, terminate=True)
    assert list(lines) == []


@pytest.mark.parametrize("terminate", [False, True])
def test_stop(target, manifest, terminate) -> None:
    name = start(target, manifest("sleeps"))
    wait_for_line(target, name, "down")
    target.stop(name, terminate=terminate)
    last = list(target.watch(name))[-1]
    assert last["status"]["phase"] == "Failed"
    assert last["spec"]["shutdown"] == ("Terminate" if terminate else "Stop")
    with pytest.raises(TargetError) as found:
        target.stop(name)
    assert found.value.exit_code == 1


def test_delete(target, manifest) -> None:
    done, running = finish(target, manifest("two")), start(target, manifest("sleeps"))
    target.delete(done)
    assert [run["metadata"]["name"] for run in target.list()] == [running]
    target.delete(running)
    assert target.list() == []
    with pytest.raises(RunNotFoundError):
        target.delete(done)


def test_a_run_that_is_deleted_while_it_is_watched(open_target, manifest) -> None:
    name = start(open_target(), manifest("sleeps"))
    wait_for_line(open_target(), name, "down")
    states = open_target().watch(name)
    next(states)
    remover = threading.Thread(target=open_target().delete, args=(name,))
    remover.start()
    try:
        assert list(states)[-1]["status"]["phase"] == "Failed"
    except RunNotFoundError as error:
        assert "was deleted" in str(error)
    remover.join()


@pytest.mark.parametrize("name", ["nope", "@latest"])
@pytest.mark.parametrize("verb", ["get", "watch", "logs", "stop", "delete"])
def test_a_run_that_does_not_exist(target, verb, name) -> None:
    with pytest.raises(RunNotFoundError) as found:
        list(getattr(target, verb)(name) or ())
    assert found.value.exit_code == 1
