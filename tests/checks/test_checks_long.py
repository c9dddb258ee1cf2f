"""Long texts: what a program could never be given is an error; what travels as a file is none, and arrives whole."""

from yamlflow.cli import main

LONG = "x" * 140_000
COMPONENTS = """\
name: p
inputs: [{name: a, default: LONG}, {name: b, default: LONG}]
components:
  cat:
    inputs: [{name: data}]
    implementation: {container: {image: "alpine:3.20", command: [wc, -c, {inputPath: data}]}}
  echo:
    inputs: [{name: data}]
    implementation: {container: {image: "alpine:3.20", command: [echo, {inputValue: data}]}}
tasks:
"""
BAD = """\
  by-value: {component: echo, arguments: {data: "${{ inputs.b }}"}}
  constant: {component: echo, arguments: {data: LONG}}
  tagged: {image: "alpine:3.20", run: "echo {{workflow.name}} LONG"}
  set: {containerSet: {containers: {one: {image: "alpine:3.20", run: "echo LONG"}}}}
  env: {image: "alpine:3.20", env: {A: LONG}, run: echo}
"""
GOOD = """\
  by-path: {component: cat, arguments: {data: "${{ inputs.a }}"}}
  constant: {component: cat, arguments: {data: LONG}}
  script: {image: "alpine:3.20", run: "echo LONG | wc -c"}
"""


def test_too_long(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text((COMPONENTS + BAD).replace("LONG", LONG))
    assert main(["validate", "p.yaml", "-o", "oneline", "--ignore", "shellcheck,unused-input"]) == 1
    found = [line.partition(" error[value-too-long]: ")[2] for line in capsys.readouterr().out.splitlines()]
    assert [line.partition(" is too long")[0] for line in found if line] == [
        "the default of input `b`",
        "argument `data` of task `constant`",
        "the script of task `tagged`",
        "the script of task `set`",
        "`A` in `env` of task `env`",
    ]


def test_as_files(tmp_path, yamlflow) -> None:
    text = (COMPONENTS + GOOD).replace(", {name: b, default: LONG}", "").replace("LONG", LONG)
    (tmp_path / "p.yaml").write_text(text)
    done = yamlflow("run", "p.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout.count("140000 ") == 2
    assert "140001" in done.stdout
