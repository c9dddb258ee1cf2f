"""What a user reads when an Argo Server refuses or cannot be reached: one line, the right exit code, no token."""

import socket
import threading

import pytest
import yaml
from replay_runs import DATA
from replay_server import ReplayServer

TOKEN = "Bearer v2:s3cr3t"
CERTIFICATE = str(DATA / "self-signed.pem")
PIPELINE = str(DATA / "pipeline.yaml")
REFUSALS = yaml.safe_load((DATA / "refusals.yaml").read_text())


@pytest.fixture
def fails(yamlflow, user_env):
    """Run a command that must fail with one line, and return the exit code and the line."""

    def run(env: dict, *arguments: str) -> tuple[int, str]:
        user_env.update(env)
        done = yamlflow(*arguments)
        assert done.stdout == ""
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
        assert "s3cr3t" not in done.stderr
        return done.returncode, done.stderr.removeprefix("error: ").rstrip("\n")

    return run


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case['command']}: {case['answer']}")
def test_what_the_server_refuses(argo, fails, case) -> None:
    argo.planned["/api/v1/"] = [case["answer"]] * 3
    arguments = ["submit", PIPELINE] if case["command"] == "submit" else case["command"].split()
    found = fails(argo.env(ARGO_TOKEN=TOKEN), *arguments)
    assert found == (case["code"], case["said"].replace("URL", f"http://{argo.address}"))


@pytest.mark.parametrize(
    ("token", "hint"),
    [
        ("", "set ARGO_TOKEN to the whole header: `Bearer ...`"),
        ("v2:s3cr3t", "ARGO_TOKEN must be the whole header: `Bearer ...`"),
    ],
)
def test_hints_at_the_token(argo, fails, token, hint) -> None:
    argo.token = TOKEN
    code, said = fails(argo.env(ARGO_TOKEN=token), "list")
    assert (code, said.partition("; ")[2]) == (1, hint)


def test_a_server_that_is_down(fails) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    found = fails({"ARGO_SERVER": address}, "submit", PIPELINE)
    hint = "check ARGO_SERVER, and that the server or its port-forward runs"
    assert found == (3, f"no Argo Server at https://{address}: connection refused; {hint}")


def test_a_host_that_is_not_known(fails) -> None:
    found = fails({"ARGO_SERVER": "argo.invalid:2746"}, "list")
    assert found == (3, "the host of the server at https://argo.invalid:2746 is not known; check ARGO_SERVER")


def hang_up(listener: socket.socket) -> None:
    listener.accept()[0].close()


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        (["submit", PIPELINE], "whether the run was submitted is not known: `yamlflow list` tells"),
        (["list"], "check ARGO_SERVER and ARGO_SECURE"),
    ],
)
def test_a_server_that_hangs_up(fails, command, hint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=hang_up, args=(listener,), daemon=True).start()
        found = fails({"ARGO_SERVER": address, "ARGO_SECURE": "false"}, *command)
    assert found == (3, f"http://{address} closed the connection; {hint}")


@pytest.mark.parametrize("command", [["submit", PIPELINE], ["list"]])
def test_a_server_that_leads_elsewhere(argo, fails, command) -> None:
    argo.planned["/api/v1/"] = [(302, "Location: https://login.host/?next=v2:s3cr3t")]
    found = fails(argo.env(ARGO_TOKEN=TOKEN), *command)
    hint = "set ARGO_SERVER and ARGO_SECURE to what needs no redirection"
    assert found == (3, f"the server at http://{argo.address} leads to https://login.host/?next=***; {hint}")
    assert len(argo.asked) == 1


@pytest.fixture
def tls():
    server = ReplayServer(certificate=CERTIFICATE)
    yield server
    server.close()


def test_a_certificate_that_is_not_trusted(tls, fails) -> None:
    found = fails({"ARGO_SERVER": tls.address}, "list")
    hint = "name its CA in SSL_CERT_FILE, or set ARGO_INSECURE_SKIP_VERIFY=true"
    assert found == (3, f"the certificate of https://{tls.address} is not trusted: self-signed certificate; {hint}")


@pytest.mark.parametrize("env", [{"ARGO_INSECURE_SKIP_VERIFY": "true"}, {"SSL_CERT_FILE": CERTIFICATE}])
def test_a_certificate_that_is_accepted(tls, yamlflow, user_env, env) -> None:
    user_env.update(env, ARGO_SERVER=tls.address)
    done = yamlflow("submit", PIPELINE, "--watch")
    assert (done.returncode, done.stderr) == (0, "")
    assert yamlflow("logs", "@latest", "two").stdout == "thinking\nbye\n"


def test_plain_http_spoken_to_a_tls_server(tls, fails) -> None:
    code, said = fails({"ARGO_SERVER": tls.address, "ARGO_SECURE": "false"}, "list")
    assert code == 3
    assert said.startswith(f"http://{tls.address} closed the connection; check ARGO_SERVER and ARGO_SECURE")


def test_tls_spoken_to_a_plain_server(argo, fails) -> None:
    found = fails({"ARGO_SERVER": argo.address}, "list")
    assert found == (3, f"https://{argo.address} does not speak TLS; if it is plain http, set ARGO_SECURE=false")


SETTINGS = [
    (
        {"YAMLFLOW_TARGET": "argo"},
        "target `argo` needs the variable ARGO_SERVER; set it to HOST:PORT of the server, like localhost:2746",
    ),
    (
        {"ARGO_SERVER": "ftp://x"},
        "ARGO_SERVER `ftp://x` is no HOST:PORT; write it like localhost:2746 or https://argo.host",
    ),
    ({"ARGO_SERVER": "a:b"}, "ARGO_SERVER `a:b` is no HOST:PORT; write it like localhost:2746 or https://argo.host"),
    ({"ARGO_SERVER": "me:s3cr3t@argo"}, "ARGO_SERVER holds a user name; credentials belong into ARGO_TOKEN"),
    (
        {"ARGO_SERVER": "argo", "ARGO_TOKEN": "Bearer s3cr3t\nX: y"},
        "ARGO_TOKEN holds characters that cannot be sent; it is one line: `Bearer ...`",
    ),
]


@pytest.mark.parametrize(("env", "said"), SETTINGS)
def test_settings_that_are_wrong(fails, env, said) -> None:
    assert fails(env, "list") == (2, said)


def test_the_base_href_is_missing(fails) -> None:
    server = ReplayServer(base="/argo")
    try:
        found = fails(server.env(), "list")
    finally:
        server.close()
    url = f"http://{server.address}"
    assert found == (3, f"what answers at {url} is no Argo Server; check ARGO_SERVER and ARGO_BASE_HREF")
