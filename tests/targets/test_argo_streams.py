"""Streams of a server that are cut, and how a client goes on."""

import pytest

from yamlflow.targets.argo_server import ArgoTarget
from yamlflow.targets.argo_settings import read_settings
from yamlflow.targets.protocol import RunNotFoundError, TargetError

QUICK = (0.001, 0.001, 0.001)


@pytest.fixture
def target(argo):
    return ArgoTarget(read_settings(argo.env()), "kubeflow", QUICK)


@pytest.fixture
def name(target, manifest):
    """A run that goes on as it is watched."""
    return target.submit(manifest("two"))["metadata"]["name"]


def versions(states) -> list[int]:
    return [int(state["metadata"]["resourceVersion"]) for state in states]


@pytest.mark.parametrize("cuts", [[2], [0], [1, 1, 1, 1], [3, 0, 0], [-2], [-1, -1], [0, -1, 2]])
def test_a_watch_goes_on(argo, target, name, cuts) -> None:
    argo.cuts["workflow-events"] = list(cuts)
    states = list(target.watch(name))
    assert versions(states) == versions(argo.runs["kubeflow", name].states)
    assert len(argo.of("workflow-events")) == len(cuts) + 1


def test_a_watch_goes_on_from_the_last_version(argo, target, name) -> None:
    argo.cuts["workflow-events"] = [2]
    states = list(target.watch(name))
    first, second = argo.of("workflow-events")
    assert first.query["listOptions.resourceVersion"] == str(versions(states)[0])
    assert second.query["listOptions.resourceVersion"] == str(versions(states)[2])
    assert len(argo.of(f"/workflows/kubeflow/{name}")) == 1


def test_a_version_that_is_too_old(argo, target, name) -> None:
    argo.planned["workflow-events"] = ["expired", "expired"]
    assert list(target.watch(name))[-1]["status"]["phase"] == "Succeeded"
    assert len(argo.of(f"/workflows/kubeflow/{name}")) == 3


@pytest.mark.parametrize("answer", ["unavailable", (502, "Bad Gateway"), (429, "Too Many Requests")])
def test_a_server_that_is_away_for_a_while(argo, target, name, answer) -> None:
    argo.cuts["workflow-events"] = [1]
    states = target.watch(name)
    next(states), next(states)
    argo.planned["workflow-events"] = [answer, answer]
    assert list(states)[-1]["status"]["phase"] == "Succeeded"


def test_a_server_that_does_not_come_back(argo, target, name) -> None:
    argo.cuts["workflow-events"] = [1]
    states = target.watch(name)
    next(states), next(states)
    argo.planned["workflow-events"] = ["unavailable"] * 10
    said = r"is not available \(503\): upstream connect error \(gave up after 3 more attempts\)"
    with pytest.raises(TargetError, match=said) as found:
        list(states)
    assert found.value.exit_code == 3
    assert len(argo.of("workflow-events")) == 4


def test_streams_that_always_break_end_in_an_error(argo, target, name) -> None:
    argo.cuts["workflow-events"] = [0] * 10
    with pytest.raises(TargetError, match="closed the connection") as found:
        list(target.watch(name))
    assert found.value.exit_code == 3


def test_a_run_that_is_gone_after_a_cut(argo, target, name) -> None:
    argo.cuts["workflow-events"] = [1]
    states = target.watch(name)
    next(states), next(states)
    target.delete(name)
    with pytest.raises(RunNotFoundError):
        list(states)


def test_another_run_of_the_same_name(argo, target, manifest) -> None:
    name = target.submit(manifest("two", name="two-same"))["metadata"]["name"]
    argo.cuts["workflow-events"] = [-1]
    states = target.watch(name)
    next(states), next(states)
    target.delete(name)
    target.submit(manifest("two", name="two-same"))
    with pytest.raises(RunNotFoundError, match="`two-same` was deleted before it ended"):
        list(states)


def test_a_token_that_expires_while_watching(argo, target, name) -> None:
    argo.cuts["workflow-events"] = [1]
    states = target.watch(name)
    next(states), next(states)
    argo.planned["workflow-events"] = ["unauthenticated"]
    with pytest.raises(TargetError, match="refuses the token") as found:
        list(states)
    assert found.value.exit_code == 1


EXPECTED = ["thinking", "hello", "thinking", "bye"]


@pytest.mark.parametrize("cuts", [[0], [1], [2, 3], [4, 4, 4], [-3], [7], [-8]])
@pytest.mark.parametrize("follow", [False, True])
def test_logs_go_on_without_repeating(argo, target, name, cuts, follow) -> None:
    if not follow:
        assert list(target.watch(name))
        cuts = [cut for cut in cuts if cut >= 0]
    argo.cuts["/log"] = list(cuts)
    assert [line.text for line in target.logs(name, follow=follow)] == EXPECTED
    assert argo.cuts["/log"] == []


def test_logs_that_always_break_end_in_an_error(argo, target, name) -> None:
    assert list(target.watch(name))
    argo.cuts["/log"] = [2] * 10
    lines = target.logs(name)
    assert next(lines).text == "thinking"
    with pytest.raises(TargetError, match="closed the connection"):
        list(lines)


def test_logs_of_a_run_that_is_deleted_end(argo, target, manifest) -> None:
    name = target.submit(manifest("sleeps"))["metadata"]["name"]
    lines = target.logs(name, follow=True)
    assert next(lines).text == "down"
    target.delete(name)
    assert list(lines) == []


@pytest.mark.parametrize("error", ["end_of_watch", "internal", "unavailable"])
def test_an_error_inside_a_stream(argo, target, name, error) -> None:
    argo.cuts |= {"workflow-events": [(1, error)], "/log": [(3, error)]}
    assert versions(target.watch(name)) == versions(argo.runs["kubeflow", name].states)
    assert len(argo.of("workflow-events")) == 2
    assert [line.text for line in target.logs(name)] == EXPECTED
    assert len(argo.of("/log")) == 2


def test_a_refusal_inside_a_stream(argo, target, name) -> None:
    argo.cuts |= {"workflow-events": [(1, "forbidden")], "/log": [(0, "not_found")]}
    with pytest.raises(TargetError, match="forbids it") as found:
        list(target.watch(name))
    assert found.value.exit_code == 1
    with pytest.raises(RunNotFoundError):
        list(target.logs(name))


def test_what_a_stream_holds_besides(argo, target, name) -> None:
    """Comments keep a connection alive; what is no event of a run is passed over."""
    argo.noise = [": keep-alive\n\n", "event: x\n", 'data: {"result":{"type":"BOOKMARK","object":{"metadata":{}}}}\n\n']
    assert versions(target.watch(name)) == versions(argo.runs["kubeflow", name].states)


def test_a_stream_of_something_else(argo, target, name) -> None:
    argo.planned["workflow-events"] = [(200, "<html>not Argo</html>")] * 10
    with pytest.raises(TargetError, match="sent a broken stream") as found:
        list(target.watch(name))
    assert found.value.exit_code == 3
