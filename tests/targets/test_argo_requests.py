"""What the target `argo` asks a server for: paths, queries, headers and bodies."""

import pytest
from replay_server import ReplayServer

from yamlflow.targets.argo_server import ArgoTarget
from yamlflow.targets.argo_settings import read_settings
from yamlflow.targets.protocol import RunNotFoundError

RUNS = "/api/v1/workflows/kubeflow"


@pytest.fixture
def target(argo):
    return ArgoTarget(read_settings(argo.env(ARGO_TOKEN="Bearer v2:abc=")), "kubeflow")


@pytest.fixture
def name(argo, target, manifest):
    """A run that has ended, before anything was asked."""
    name = target.submit(manifest("two"))["metadata"]["name"]
    assert list(target.watch(name))
    argo.asked.clear()
    return name


def asked(argo) -> list[tuple]:
    return [(item.method, item.path, item.query, item.body) for item in argo.asked]


def test_submit(argo, target, manifest) -> None:
    given = manifest("two", namespace="elsewhere")
    given["spec"]["notOfArgo"] = {"any": ["thing", None, 1.5, True]}
    target.submit(given)
    [item] = argo.asked
    assert (item.method, item.path, item.query) == ("POST", RUNS, {})
    assert item.body["namespace"] == "kubeflow"
    assert item.body["serverDryRun"] is False
    assert item.body["workflow"] == given | {"metadata": given["metadata"] | {"namespace": "kubeflow"}}
    assert item.headers["Authorization"] == "Bearer v2:abc="
    assert item.headers["Content-Type"] == "application/json"
    assert item.headers["User-Agent"].startswith("yamlflow/")


def test_a_dry_run(argo, target, manifest) -> None:
    target.submit(manifest("two"), dry_run=True)
    [item] = argo.asked
    assert (item.method, item.path, item.body["serverDryRun"]) == ("POST", RUNS, True)


def test_list(argo, target) -> None:
    assert target.list() == []
    assert target.list("team=red,phase!=x") == []
    query = {"listOptions.labelSelector": "team=red,phase!=x"}
    assert asked(argo) == [("GET", RUNS, {}, None), ("GET", RUNS, query, None)]


def test_a_brief_list(argo, target, name) -> None:
    [run] = target.list(brief=True)
    [item] = argo.asked
    assert set(item.query["fields"].split(",")) >= {"items.metadata", "items.spec.arguments", "items.status.phase"}
    assert (run["metadata"]["name"], run["status"]["progress"]) == (name, "2/2")
    assert "nodes" not in run["status"]


def test_get(argo, target, name) -> None:
    target.get("@latest")
    assert asked(argo) == [("GET", f"{RUNS}/@latest", {}, None)]


def test_watch(argo, target, manifest) -> None:
    name = target.submit(manifest("two"))["metadata"]["name"]
    first, *_ = target.watch("@latest")
    query = {
        "listOptions.fieldSelector": f"metadata.name={name}",
        "listOptions.resourceVersion": first["metadata"]["resourceVersion"],
    }
    assert asked(argo)[1:] == [
        ("GET", f"{RUNS}/@latest", {}, None),
        ("GET", "/api/v1/workflow-events/kubeflow", query, None),
    ]
    assert argo.asked[-1].headers["Accept"] == "text/event-stream"


def test_logs(argo, target, name) -> None:
    lines = list(target.logs(name))
    assert asked(argo)[-1] == ("GET", f"{RUNS}/{name}/log", {"logOptions.container": "main"}, None)
    list(target.logs(name, "two", tail=3))
    query = {"logOptions.container": "main", "logOptions.tailLines": "8", "podName": lines[-1].pod}
    assert asked(argo)[-1] == ("GET", f"{RUNS}/{name}/log", query, None)


def test_logs_that_are_followed(argo, target, manifest) -> None:
    name = target.submit(manifest("two"))["metadata"]["name"]
    assert [line.text for line in target.logs(name, "two", follow=True)] == ["thinking", "bye"]
    [item] = argo.of("/log")
    assert item.query == {"logOptions.container": "main", "logOptions.follow": "true"}


@pytest.mark.parametrize(("terminate", "verb"), [(False, "stop"), (True, "terminate")])
def test_stop(argo, target, manifest, terminate, verb) -> None:
    name = target.submit(manifest("sleeps"))["metadata"]["name"]
    target.stop(name, terminate=terminate)
    assert asked(argo)[1:] == [("PUT", f"{RUNS}/{name}/{verb}", {}, {"namespace": "kubeflow", "name": name})]


def test_delete(argo, target, name) -> None:
    target.delete(name)
    assert asked(argo) == [("DELETE", f"{RUNS}/{name}", {}, None)]


@pytest.mark.parametrize(
    ("token", "sent"),
    [("Basic dXNlcg==", "Basic dXNlcg=="), ("plain", "plain"), (" Bearer x \n", "Bearer x"), ("", None)],
)
def test_the_token_goes_out_as_it_is(argo, token, sent) -> None:
    ArgoTarget(read_settings(argo.env(ARGO_TOKEN=token)), "lab").list()
    assert argo.asked[0].headers.get("Authorization") == sent
    assert argo.asked[0].path == "/api/v1/workflows/lab"


@pytest.mark.parametrize("href", ["/argo", "argo/", "/team/argo/"])
def test_base_href(manifest, href) -> None:
    server = ReplayServer(base="/" + href.strip("/"))
    try:
        env = server.env(ARGO_BASE_HREF=href)
        target = ArgoTarget(read_settings(env), "kubeflow")
        name = target.submit(manifest("two"))["metadata"]["name"]
        assert list(target.watch(name))[-1]["status"]["phase"] == "Succeeded"
        assert len(list(target.logs(name))) == 4
        assert all(item.path.startswith(f"/{href.strip('/')}/api/v1/") for item in server.asked)
    finally:
        server.close()


def test_names_are_quoted(argo, target) -> None:
    with pytest.raises(RunNotFoundError, match=r"no run `a b\?c#d%` in"):
        target.get("a b?c#d%")
    assert argo.asked[0].path == f"{RUNS}/a b?c#d%"


@pytest.mark.parametrize("plain", [False, True])
def test_streams_as_events_and_as_plain_lines(argo, target, manifest, plain) -> None:
    argo.plain_lines = plain
    name = target.submit(manifest("two"))["metadata"]["name"]
    assert [state["status"]["phase"] for state in target.watch(name) if state["status"].get("phase")][-1] == "Succeeded"
    assert [line.text for line in target.logs(name, "one")] == ["thinking", "hello"]
