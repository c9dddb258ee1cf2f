"""Run parameters are checked before anything starts: all that is wrong with them at once."""

import json

import pytest
import yaml

from yamlflow.cli import main

SECRET = "this does not name a secret of the cluster (write NAME/KEY of a secret of Kubernetes)"
PIPELINE = """\
name: given
inputs:
  - {name: n, type: Integer, default: 1, minimum: 1, maximum: 9}
  - {name: mode, type: String, default: fast, enum: [fast, exact]}
  - {name: rate, type: Float, default: 1, enum: [0.5, 1]}
  - {name: flag, type: Bool, default: false}
  - {name: items, type: {List: Integer}, default: []}
  - {name: tag, type: String, default: v1, pattern: '^v[0-9]+$'}
  - {name: token, type: Secret, default: {secret: {name: a, key: b}}}
  - {name: needed, type: JsonObject}
tasks:
  use:
    image: alpine:3.20
    env:
      A: ${{ inputs.n }} ${{ inputs.mode }} ${{ inputs.rate }} ${{ inputs.flag }} ${{ inputs.tag }}
      B: ${{ inputs.items }}
      C: ${{ inputs.needed }}
      TOKEN: ${{ inputs.token }}
    run: echo "$A"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "p.yaml").write_text(PIPELINE)
    return tmp_path


def _render(capsys, *options):
    code = main(["render", "p.yaml", *options])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_all_that_is_wrong_on_the_command_line(folder, capsys) -> None:
    given = ["n=10", "mode=fats", "rate=2", "flag=si", "items=[1", "tag=latest", "token=hunter2", "neede={}"]
    code, _, found = _render(capsys, *(f"-p{pair}" for pair in given))
    assert code == 1
    assert [line for line in found.splitlines() if line.startswith(("-p", "p.yaml"))] == [
        "-p flag: error[invalid-parameter]: input `flag`: `si` is no Bool",
        "-p items: error[invalid-parameter]: input `items`: `[1` is no {List: Integer}: it is not JSON",
        "-p mode: error[invalid-parameter]: input `mode`: `fats` is not one of: fast, exact (did you mean `fast`?)",
        "-p n: error[invalid-parameter]: input `n`: `10` is more than 9",
        "-p neede: error[unknown-parameter]: the pipeline has no input `neede` (did you mean `needed`?)",
        "-p rate: error[invalid-parameter]: input `rate`: `2` is not one of: 0.5, 1",
        "-p tag: error[invalid-parameter]: input `tag`: `latest` does not match `^v[0-9]+$`",
        f"-p token: error[invalid-parameter]: input `token`: {SECRET}",
        "p.yaml:10:12: error[missing-parameter]: input `needed` has no default and no value was given",
    ]
    assert "hunter2" not in found


def test_a_file_has_places(folder, capsys) -> None:
    (folder / "given.yaml").write_text("n: 0\nmodes: fast\nneeded: [1]\n")
    code, _, found = _render(capsys, "--parameter-file", "given.yaml")
    assert code == 1
    assert [line for line in found.splitlines() if ": error[" in line] == [
        "given.yaml:1:4: error[invalid-parameter]: input `n`: `0` is less than 1",
        "given.yaml:2:1: error[unknown-parameter]: the pipeline has no input `modes`",
        "given.yaml:3:9: error[invalid-parameter]: input `needed`: `[1]` is no JsonObject",
    ]


def test_values_travel_in_one_form(folder, capsys) -> None:
    values = {"needed": {"a": [1]}, "items": [1, 2], "flag": True, "token": {"secret": {"name": "s", "key": "k"}}}
    (folder / "given.json").write_text(json.dumps(values))
    code, rendered, found = _render(capsys, "--parameter-file", "given.json", "-p", "rate=1.0", "-p", "flag=YES")
    assert code == 0, found
    spec = yaml.safe_load(rendered)["spec"]
    texts = {item["name"]: item["value"] for item in spec["arguments"]["parameters"]}
    assert texts == {
        "n": "1",
        "mode": "fast",
        "rate": "1",
        "flag": "true",
        "items": "[1, 2]",
        "tag": "v1",
        "needed": '{"a": [1]}',
    }
    assert "secretKeyRef:\n            name: s\n            key: k\n" in rendered
