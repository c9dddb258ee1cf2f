"""`--argo-version`: what an older Argo does not know, at its place."""

import re

import pytest

PIPELINE = """\
name: old
semaphore: {database: all}
tasks:
  a: {image: "alpine:3.20", run: echo a, semaphore: {database: one}}
  g:
    semaphore: {database: two}
    tasks:
      b: {image: "alpine:3.20", run: echo b, argo: {pendingTimeout: 10s, retryStrategy: {backoff: {cap: 10s}}}}
  c:
    image: "alpine:3.20"
    run: cat "$INPUT_X"
    inputs: [{name: x, type: String}]
    arguments: {x: {artifact: {s3: {key: a, addressingStyle: path}}}}
"""
FOUND = {
    "3.6": ["2:1", "4:42", "6:5", "8:53", "8:100", "13:45"],
    "3.7": ["8:53", "13:45"],
    "4": [],
}


@pytest.mark.parametrize("command", ["validate", "render"])
@pytest.mark.parametrize("version", FOUND)
def test_a_pipeline(version, command, tmp_path, yamlflow) -> None:
    (tmp_path / "old.yaml").write_text(PIPELINE)
    assert yamlflow("validate", "old.yaml", cwd=tmp_path).returncode == 0
    done = yamlflow(command, "old.yaml", "--argo-version", version, cwd=tmp_path)
    places = re.findall(r"^old\.yaml:(\d+:\d+): error\[newer-argo\]", done.stdout + done.stderr, re.MULTILINE)
    assert places == FOUND[version]
    assert done.returncode == (1 if places else 0)


@pytest.mark.parametrize("version", FOUND)
def test_a_manifest(version, tmp_path, yamlflow) -> None:
    (tmp_path / "old.yaml").write_text(PIPELINE)
    yamlflow("render", "old.yaml", "--out", "manifest.yaml", cwd=tmp_path)
    done = yamlflow("validate", "manifest.yaml", "--argo-version", version, cwd=tmp_path)
    assert done.stdout.count("error[newer-argo]") == len(FOUND[version])


def test_unknown_versions(yamlflow) -> None:
    done = yamlflow("validate", "--argo-version", "2.12")
    assert done.returncode == 2
    assert "unknown version of Argo `2.12`; known: 3.6, 3.7, 4" in done.stderr
