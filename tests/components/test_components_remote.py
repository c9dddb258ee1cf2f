"""Components by address: fetched once, pinned, cached; what goes wrong on the way is told at the reference."""

import socket
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from component_server import ADD, CERTIFICATE, ComponentServer

CHANGED = ADD.replace("name: b, type: Integer, default: '1'", "name: c, type: Float")
CHANGED = CHANGED.replace("inputValue: b", "inputValue: c").replace("3.20", "3.21")
DIGEST = sha256(ADD.encode()).hexdigest()


@pytest.fixture
def server():
    server = ComponentServer()
    yield server
    server.close()


@pytest.fixture
def flow(yamlflow, user_env, tmp_path):
    """Run `yamlflow ARGS` in a folder with a pipeline that refers to `reference`."""
    user_env["SSL_CERT_FILE"] = str(CERTIFICATE)
    user_env["no_proxy"] = ""
    folder = tmp_path / "project"
    folder.mkdir()

    def run(reference: str, *args: str):
        text = f"name: sum\ntasks:\n  add:\n    component: {reference}\n    arguments: {{a: 1}}\n"
        (folder / "pipeline.yaml").write_text(text)
        return yamlflow(*args, cwd=folder)

    run.folder = folder
    return run


def _found(done, code: str, text: str) -> None:
    assert done.returncode == 1
    assert f"error[{code}]" in done.stdout
    assert text in done.stdout
    assert "pipeline.yaml:4:16" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_fetched_once_pinned_and_cached(server, flow, tmp_path) -> None:
    url = f"{server.url}/add.yaml"
    assert flow(url, "validate").stdout == "1 file is valid\n"
    assert flow(url, "validate").returncode == 0
    rendered = flow(url, "render", "pipeline.yaml", "--offline", "--frozen")
    assert (rendered.returncode, rendered.stderr) == (0, "")
    assert f'{{"digest": "{DIGEST}", "url": "{url}"}}' in rendered.stdout
    assert server.asked == {"/add.yaml": 1}
    lock = (flow.folder / "yamlflow.lock").read_text()
    assert f"digest: sha256:{DIGEST}" in lock
    assert (tmp_path / "cache" / "yamlflow" / "components" / DIGEST).read_text() == ADD


def test_changed(server, flow, tmp_path) -> None:
    url = f"{server.url}/add.yaml"
    flow(url, "validate")
    server.answers["/add.yaml"] = CHANGED
    (tmp_path / "cache" / "yamlflow" / "components" / DIGEST).unlink()
    done = flow(url, "validate")
    _found(done, "component-changed", "`yamlflow component lock --update` takes the new one")
    assert "= note: the image: alpine:3.20 → alpine:3.21" in done.stdout
    assert "= note: the input `b` is gone" in done.stdout
    assert "= note: a new input `c` (Float)" in done.stdout
    updated = flow(url, "component", "lock", "--update")
    assert updated.returncode == 0
    assert updated.stdout.startswith(f"changed {url}\n  the image: alpine:3.20 → alpine:3.21\n")
    assert "needs the argument `c`" in flow(url, "validate").stdout


def test_pinned_in_place(server, flow) -> None:
    url = f"{server.url}/add.yaml"
    assert flow(f"{url}@sha256:{DIGEST}", "validate", "--frozen").returncode == 0
    assert not (flow.folder / "yamlflow.lock").exists()
    _found(flow(f"{url}@sha256:{'0' * 64}", "validate"), "component-changed", f"found:  sha256:{DIGEST}")
    assert "error[invalid-value]: a sha256 digest has 64" in flow(f"{url}@sha256:1", "validate").stdout
    assert flow(f"{{url: '{url}', digest: {DIGEST}}}", "validate", "--offline").returncode == 0
    assert flow(f"{{digest: {DIGEST}}}", "validate", "--offline").returncode == 0


def test_offline_and_frozen(server, flow) -> None:
    url = f"{server.url}/add.yaml"
    _found(flow(url, "validate", "--offline"), "component-not-cached", "was not fetched yet")
    _found(flow(url, "validate", "--frozen"), "component-not-pinned", "`yamlflow component lock` pins it")
    assert not server.asked
    assert flow(url, "component", "lock").stdout == "yamlflow.lock: 1 address\n"
    assert flow(url, "validate", "--frozen").returncode == 0
    assert flow("./pipeline.yaml", "component", "lock").stdout == "yamlflow.lock: 0 addresses\n"


ANSWERS = [
    (404, "cannot be fetched: there is nothing (404)"),
    (403, "cannot be fetched: the server does not give it to everyone (403)"),
    (500, "cannot be fetched: the server answered 500"),
    ((200, {"Content-Type": "text/html"}, "<html>"), "it is a web page write the address of the file itself"),
    ((200, {"Content-Length": "99999999"}, ""), "it is larger than 10 MiB"),
    ((200, {}, b"x" * 11_000_000), "it is larger than 10 MiB"),
    ((302, {"Location": "/x.yaml"}, ""), "it leads on more than 5 times"),
    ((302, {"Location": "http://example.org/"}, ""), "it leads on to http://example.org/, which is not https"),
    ((200, {"Content-Length": "500"}, "name: Add"), "the connection broke"),
]


@pytest.mark.parametrize(("answer", "said"), ANSWERS, ids=[said[-20:] for _, said in ANSWERS])
def test_answers(server, flow, answer, said) -> None:
    server.answers["/x.yaml"] = answer
    done = flow(f"{server.url}/x.yaml", "validate")
    assert "error[fetch-failed]" in done.stdout
    assert said.split(" write ")[0] in done.stdout
    assert done.returncode == 1


def test_a_failure_is_not_remembered(server, flow) -> None:
    url = f"{server.url}/x.yaml"
    assert flow(url, "validate").returncode == 1
    server.answers["/x.yaml"] = (301, {"Location": "/add.yaml"}, "")
    assert flow(url, "validate").returncode == 0


def test_nobody_there(flow) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{closed.getsockname()[1]}/x.yaml"
        _found(flow(url, "validate"), "fetch-failed", "the server cannot be reached")


def test_a_certificate_that_is_not_trusted(server, flow, user_env) -> None:
    del user_env["SSL_CERT_FILE"]
    _found(flow(f"{server.url}/add.yaml", "validate"), "fetch-failed", "the certificate is not trusted")


def test_a_proxy_that_is_not_there(server, flow, user_env) -> None:
    user_env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    url = f"{server.url}/add.yaml"
    _found(flow(url, "validate"), "fetch-failed", "the proxy cannot be used")
    user_env["no_proxy"] = "localhost"
    assert flow(url, "validate").returncode == 0


REFUSED = [
    ("http://example.org/x.yaml", "name `example.org` in `httpHosts` of yamlflow.yaml"),
    ("ftp://example.org/x.yaml", "components are fetched over https only"),
    (
        "https://github.com/kubeflow/pipelines/blob/master/components/x/component.yaml",
        "write `https://raw.githubusercontent.com/kubeflow/pipelines/master/components/x/component.yaml`",
    ),
    ("https://example.org/x.py:add", "a Python function cannot be loaded from an address"),
]


@pytest.mark.parametrize(("reference", "said"), REFUSED)
def test_refused_without_asking(flow, reference, said) -> None:
    _found(flow(reference, "validate"), "unsupported-reference", said)


def test_http_where_the_project_says_so(flow) -> None:
    server = ComponentServer(tls=False)
    (flow.folder / "yamlflow.yaml").write_text(f"httpHosts: ['localhost:{server.port}']\n")
    assert flow(f"{server.url}/add.yaml", "validate").returncode == 0
    server.close()


def test_a_search_path(server, flow) -> None:
    server.answers["/store/math/add/component.yaml"] = ADD
    (flow.folder / "yamlflow.yaml").write_text(f"componentPath: [parts, '{server.url}/store']\n")
    assert flow("math/add", "validate", "pipeline.yaml").returncode == 0
    _found(flow("math/nothing", "validate", "pipeline.yaml"), "component-not-found", "looked for: math/nothing/")
    mine = flow.folder / "parts" / "math" / "add"
    mine.mkdir(parents=True)
    (mine / "component.yaml").write_text("inputs: [{name: other}]\nimplementation: {container: {image: a}}\n")
    assert "has no input `a`" in flow("math/add", "validate", "pipeline.yaml").stdout
    assert flow(f"math/add@sha256:{DIGEST}", "validate", "pipeline.yaml").returncode == 0


def test_a_pipeline_by_address(server, flow) -> None:
    text = "name: far\ninputs: [{name: a}]\ntasks: {one: {component: ./add.yaml, arguments: {a: 1}}}\n"
    server.answers["/far/pipeline.yaml"] = text
    server.answers["/far/add.yaml"] = ADD
    assert flow(f"{server.url}/far/pipeline.yaml", "validate").stdout == "1 file is valid\n"


def test_a_zip_file(server, flow) -> None:
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("component.yaml", ADD)
    server.answers["/add.zip"] = data.getvalue()
    assert flow(f"{server.url}/add.zip", "validate").returncode == 0
    server.answers["/bad.zip"] = b"PK\x03\x04 and no more"
    _found(flow(f"{server.url}/bad.zip", "validate"), "not-text", "is a zip file without component.yaml")


def test_mistakes_in_what_was_fetched(server, flow) -> None:
    server.answers["/list.yaml"] = "- a\n- b\n"
    done = flow(f"{server.url}/list.yaml", "validate")
    assert f"{server.url}/list.yaml:1:1: error[wrong-kind]" in done.stdout
    server.answers["/binary.yaml"] = b"\x00\xff\xfe"
    _found(flow(f"{server.url}/binary.yaml", "validate"), "not-text", "is no text")
