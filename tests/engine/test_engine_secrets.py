"""Secrets reach tasks, and nothing else: no file of the engine, no output of a command, no command line."""

import base64
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from yamlflow.cli import main
from yamlflow.engine.lock import is_held
from yamlflow.engine.masking import Masker
from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along, TargetError

VALUE = "pa55/w0rd+é"
LINES = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqh\nkiG9w0BAQEFAASC\n-----END KEY-----"
PLAIN = base64.b64encode(VALUE.encode()).decode()
FORMS = [VALUE, PLAIN, PLAIN.rstrip("="), quote(VALUE, safe=""), *LINES.split("\n")[1:3]]
SPEC = {
    "entrypoint": "main",
    "volumes": [{"name": "secrets", "secret": {"secretName": "mail"}}],
    "templates": [
        {
            "name": "main",
            "steps": [
                [{"name": "leak", "template": "leak"}],
                [
                    {
                        "name": "use",
                        "template": "use",
                        "arguments": {"parameters": [{"name": "x", "value": "{{steps.leak.outputs.result}}"}]},
                    }
                ],
            ],
        },
        {
            "name": "leak",
            "script": {
                "image": "busybox",
                "command": [sys.executable],
                "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "mail", "key": "password"}}}],
                "volumeMounts": [{"name": "secrets", "mountPath": "/secrets"}],
                "source": "import base64, os, sys, time, urllib.parse\n"
                "p = os.environ['P']\n"
                "print(p, base64.b64encode(p.encode()).decode(), urllib.parse.quote(p, safe=''), flush=True)\n"
                "for part in (p[:4], p[4:]): print(part, end='', flush=True); time.sleep(0.05)\n"
                "print(open('/secrets/key').read(), file=sys.stderr)\n"
                "open('/tmp/p', 'w').write(p)\n"
                "sys.stdout.write(p)\n",
            },
            "outputs": {"parameters": [{"name": "p", "valueFrom": {"path": "/tmp/p"}}]},
        },
        {
            "name": "use",
            "inputs": {"parameters": [{"name": "x"}]},
            "container": {"image": "busybox", "command": ["ps", "-ef"]},
        },
    ],
}
MANIFEST = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": SPEC}


def _holding(folder: Path) -> list[str]:
    """Return the files in which a spelling of a secret is found."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{path}: {form}" for path in files for form in FORMS if form.encode() in path.read_bytes()]


@pytest.fixture
def target(tmp_path):
    return LocalTarget(str(tmp_path / "home"), environment=os.environ)


def test_no_leak(target, tmp_path) -> None:
    target.bring(Along(secrets={"mail": {"password": VALUE, "key": LINES}}))
    target.submit(MANIFEST)
    *_, run = target.watch("wf")
    assert run["status"]["phase"] == "Succeeded", run["status"]
    printed = [line.text for line in target.logs("wf")]
    assert printed[:2] == ["*** *** ***", "******"]
    assert not [form for form in FORMS if form in str(run) or form in "\n".join(printed)]
    while is_held(str(tmp_path / "home" / "runs" / run["metadata"]["uid"] / "lock")):
        time.sleep(0.01)
    assert _holding(tmp_path) == []
    assert not [name for name in os.listdir("/dev/shm") if run["metadata"]["uid"] in name]


def test_asked_for_before_anything_starts(target) -> None:
    with pytest.raises(TargetError) as error:
        target.submit(MANIFEST)
    assert str(error.value) == "there is no secret `mail`; secret `mail` has no `password`"
    assert error.value.hint == "give --secrets-file FILE or --with FILE or YAMLFLOW_SECRET_MAIL_PASSWORD=..."


def test_from_the_environment(tmp_path) -> None:
    spec = {
        "entrypoint": "main",
        "templates": [
            {
                "name": "main",
                "script": {
                    "image": "busybox",
                    "command": ["sh"],
                    "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "my.mail", "key": "pass-word"}}}],
                    "source": '[ "$P" = abc ] && env | grep -c YAMLFLOW_SECRET; echo $P',
                },
            }
        ],
    }
    target = LocalTarget(str(tmp_path / "home"), environment={**os.environ, "YAMLFLOW_SECRET_MY_MAIL_PASS_WORD": "abc"})
    target.submit({**MANIFEST, "spec": spec})
    *_, run = target.watch("wf")
    assert run["status"]["phase"] == "Succeeded"
    assert [line.text for line in target.logs("wf")] == ["0", "***"]


def test_secrets_in_pieces() -> None:
    """However an output is cut, no secret is shown."""
    masker = Masker(["abcabd", "ab"])
    text = b"x abcabcabd ab abcab"
    for cut in range(len(text)):
        stream = masker.stream()
        assert stream.feed(text[:cut]) + stream.feed(text[cut:]) + stream.finish() == b"x abc*** ab abcab"


def test_secrets_file_of_others(tmp_path) -> None:
    manifest = tmp_path / "p.yaml"
    manifest.write_text("name: p\ntasks:\n  a: {image: 'bash:5.2', run: echo hi}\n")
    secrets = tmp_path / "s.yaml"
    secrets.write_text("mail: {password: abcdef}\n")
    secrets.chmod(0o640)
    command = [sys.executable, "-m", "yamlflow", "run", str(manifest), "--secrets-file", str(secrets)]
    env = {**os.environ, "YAMLFLOW_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "error[open-secrets]: others can read the secrets in" in done.stderr
    assert "abcdef" not in done.stderr


BROKEN = {
    "mail: {password: hunter2\n": "unclosed-bracket",
    "mail: hunter2\n": "wrong-kind",
    "mail: {password: [hunter2]}\n": "wrong-kind",
    "hunter2\n": "wrong-kind",
    "mail:\n  hunter2: hunter2\n  hunter2: hunter2\n": "duplicate-key",
    "mail:\n\tpassword: hunter2\n": "tab-indent",
    "mail: {password: *hunter2}\n": "unknown-anchor",
    "mail: {password: !hunter2 x}\n": "unknown-tag",
    'mail: {password: "\\hunter2"}\n': "bad-escape",
    "mail:\n  password: hunter2: x\n": "second-colon",
}


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("option", ["--secrets-file", "--with"])
def test_what_is_wrong_with_a_file_of_secrets_does_not_show_them(tmp_path, capsys, monkeypatch, text, option) -> None:
    monkeypatch.setenv("YAMLFLOW_HOME", str(tmp_path / "home"))
    (tmp_path / "p.yaml").write_text("name: p\ntasks:\n  a: {image: 'bash:5.2', run: echo hi}\n")
    secrets = tmp_path / "s.yaml"
    secrets.write_text(
        text if option == "--secrets-file" else f"kind: Secret\nmetadata: {{name: s}}\nstringData:\n  {text}"
    )
    secrets.chmod(0o600)
    assert main(["run", str(tmp_path / "p.yaml"), option, str(secrets)]) in (0, 1)
    said = capsys.readouterr().err
    assert "hunter2" not in said
    assert option == "--with" or f"s.yaml:{said.partition('s.yaml:')[2][0]}:" in said
    assert option == "--with" or f"error[{BROKEN[text]}]" in said


def test_a_killed_engine_needs_them_again(target, tmp_path) -> None:
    template = {
        "name": "main",
        "script": {
            "image": "busybox",
            "command": ["sh"],
            "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "mail", "key": "password"}}}],
            "volumeMounts": [{"name": "kept", "mountPath": "/kept"}],
            "source": f'[ "$P" = "{VALUE}" ] || exit 1; [ -e /kept/began ] || {{ touch /kept/began; sleep 60; }}',
        },
    }
    volume = {"name": "kept", "persistentVolumeClaim": {"claimName": "kept"}}
    spec = {"entrypoint": "main", "templates": [template], "volumes": [volume]}
    claim = {"kind": "PersistentVolumeClaim", "metadata": {"name": "kept"}}
    target.bring(Along((claim,), {"mail": {"password": VALUE}}))
    run = target.submit({**MANIFEST, "spec": spec})
    while not (tmp_path / "home" / "claims" / "kubeflow" / "kept" / "began").exists():
        time.sleep(0.01)
    lock = tmp_path / "home" / "runs" / run["metadata"]["uid"] / "lock"
    os.kill(int(lock.read_text()), signal.SIGKILL)
    while is_held(str(lock)):
        time.sleep(0.01)
    other = LocalTarget(str(tmp_path / "home"), environment=os.environ)
    with pytest.raises(TargetError) as error:
        list(other.watch("wf"))
    assert str(error.value) == "the engine of `wf` is gone: secret `mail` has no `password`"
    assert error.value.hint.startswith("`yamlflow recover wf` goes on; give --secrets-file FILE")
    other.bring(Along(secrets={"mail": {"password": VALUE}}))
    other.recover("wf")
    *_, run = other.watch("wf")
    assert run["status"]["phase"] == "Succeeded"
