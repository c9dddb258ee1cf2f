"""Argo's variables, and the way to a server: proxies, namespaces."""

import pytest
from replay_runs import DATA

from yamlflow.targets.argo_server import ArgoTarget
from yamlflow.targets.argo_settings import Settings, read_settings
from yamlflow.targets.protocol import TargetError

URLS = [
    ({"ARGO_SERVER": "localhost:2746"}, "https://localhost:2746"),
    ({"ARGO_SERVER": " argo.host "}, "https://argo.host"),
    ({"ARGO_SERVER": "localhost:2746", "ARGO_SECURE": "true"}, "https://localhost:2746"),
    ({"ARGO_SERVER": "localhost:2746", "ARGO_SECURE": "false"}, "http://localhost:2746"),
    ({"ARGO_SERVER": "localhost:2746", "ARGO_SECURE": "False"}, "http://localhost:2746"),
    ({"ARGO_SERVER": "http://localhost:2746/"}, "http://localhost:2746"),
    ({"ARGO_SERVER": "https://argo.host", "ARGO_SECURE": "false"}, "https://argo.host"),
    ({"ARGO_SERVER": "https://argo.host/argo/"}, "https://argo.host/argo"),
    ({"ARGO_SERVER": "argo.host", "ARGO_BASE_HREF": "/argo"}, "https://argo.host/argo"),
    ({"ARGO_SERVER": "argo.host", "ARGO_BASE_HREF": "/"}, "https://argo.host"),
    ({"ARGO_SERVER": "[::1]:2746"}, "https://[::1]:2746"),
]


@pytest.mark.parametrize(("env", "url"), URLS)
def test_the_url(env, url) -> None:
    assert read_settings(env) == Settings(url)


@pytest.mark.parametrize("server", ["host:99999", "host:0", ":2746", "ho st", "höst", "host?x=1", "https://", "//x"])
def test_what_is_no_server(server) -> None:
    with pytest.raises(TargetError, match="is no HOST:PORT") as found:
        read_settings({"ARGO_SERVER": server})
    assert found.value.exit_code == 2


PROXIES = [
    ({"HTTPS_PROXY": "proxy:3128"}, "http://proxy:3128"),
    ({"https_proxy": "https://proxy", "HTTPS_PROXY": "other"}, "https://proxy"),
    ({"HTTP_PROXY": "http://proxy"}, ""),
    ({"ALL_PROXY": "http://proxy"}, "http://proxy"),
    ({"HTTPS_PROXY": "proxy:3128", "ARGO_SERVER": "localhost:2746"}, ""),
    ({"HTTPS_PROXY": "proxy:3128", "ARGO_SERVER": "127.0.0.9:2746"}, ""),
]


@pytest.mark.parametrize(("env", "proxy"), PROXIES)
def test_the_proxy(env, proxy) -> None:
    assert read_settings({"ARGO_SERVER": "argo.host", **env}).proxy == proxy


def test_a_proxy_is_used(argo) -> None:
    """Any server is a proxy for plain http, as long as it looks at the path only."""
    env = {
        "ARGO_SERVER": "http://argo.invalid:2746",
        "HTTP_PROXY": f"http://me:pw@{argo.address}",
        "ARGO_TOKEN": "Bearer x",
    }
    assert ArgoTarget(read_settings(env), "kubeflow").list() == []
    [item] = argo.asked
    assert (item.headers["Host"], item.headers["Authorization"]) == ("argo.invalid:2746", "Bearer x")
    assert item.headers["proxy-authorization"] == "Basic bWU6cHc="


def test_a_proxy_is_passed_by(argo) -> None:
    env = {"ARGO_SERVER": "http://argo.invalid:2746", "HTTP_PROXY": argo.address, "NO_PROXY": ".invalid,other"}
    with pytest.raises(TargetError, match=r"the host of the server at http://argo.invalid:2746 is not known"):
        ArgoTarget(read_settings(env), "kubeflow").list()
    assert argo.asked == []


def test_a_proxy_that_is_down() -> None:
    env = {"ARGO_SERVER": "argo.invalid", "HTTPS_PROXY": "http://me:s3cr3t@127.0.0.1:1"}
    with pytest.raises(TargetError) as found:
        ArgoTarget(read_settings(env), "kubeflow").list()
    assert str(found.value) == "the proxy on the way to https://argo.invalid does not answer"
    assert (found.value.exit_code, found.value.hint) == (3, "check HTTPS_PROXY and NO_PROXY")


@pytest.mark.parametrize(
    ("env", "options", "namespace"),
    [
        ({}, [], "kubeflow"),
        ({"ARGO_NAMESPACE": "lab"}, [], "lab"),
        ({"ARGO_NAMESPACE": "lab"}, ["-n", "room"], "room"),
    ],
)
def test_the_namespace(argo, yamlflow, user_env, env, options, namespace) -> None:
    user_env.update(argo.env(), **env)
    assert yamlflow("submit", str(DATA / "pipeline.yaml"), *options).returncode == 0
    assert argo.asked[0].path == f"/api/v1/workflows/{namespace}"


@pytest.mark.parametrize(("options", "namespace"), [([], "shed"), (["-n", "room"], "room")])
def test_the_namespace_of_a_manifest(argo, yamlflow, user_env, tmp_path, options, namespace) -> None:
    user_env.update(argo.env(), ARGO_NAMESPACE="lab")
    rendered = yamlflow("render", str(DATA / "pipeline.yaml")).stdout
    path = tmp_path / "manifest.yaml"
    path.write_text(rendered.replace("metadata:\n", "metadata:\n  namespace: shed\n", 1))
    done = yamlflow("submit", str(path), "--watch", *options)
    assert done.stdout.splitlines()[0].endswith(f"namespace {namespace}")
    assert argo.asked[0].path == f"/api/v1/workflows/{namespace}"
    assert argo.asked[0].body["workflow"]["metadata"]["namespace"] == namespace
