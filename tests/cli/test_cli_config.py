"""`config` shows what is in force and why; `schema` prints what editors read."""

import json

import pytest
from jsonschema import Draft202012Validator

PROJECT = """\
namespace: team
pipelines: ["*.yaml.j2"]
values:
  train: {rate: 0.1, epochs: 0, flag: true, none: ~}
  tags: [a, 5]
  dbPassword: hunter2
  tokenizer: bert
  api_key: x
  url: postgres://me:hunter2@host/db
  more: {auth: {user: hunter2}}
profiles:
  test: {values: {train: {epochs: 3}}}
  prod: {extends: test, values: {train: {rate: 1}}}
components: {say: ./say.yaml}
checks: {no-image: off}
defaults: {image: "a:1", retry: {limit: 2}, env: {TOKEN: hunter2}}
"""
SHOWN = """\
project                yamlflow.yaml               found upwards
profile                prod                        --profile
target                 argo                        YAMLFLOW_TARGET
namespace              mine                        --namespace
pipelines[0]           *.yaml.j2                   yamlflow.yaml:2
components.say         ./say.yaml                  yamlflow.yaml:14
checks.no-image        off                         yamlflow.yaml:15
defaults.image         a:1                         yamlflow.yaml:16
defaults.retry.limit   2                           yamlflow.yaml:16
defaults.env.TOKEN     ***                         yamlflow.yaml:16
values.train.rate      1                           yamlflow.yaml:13 (profile prod)
values.train.epochs    3                           yamlflow.yaml:12 (profile test)
values.train.flag      false                       values.yaml:2
values.train.none      -                           yamlflow.yaml:4
values.tags            ["a", 5]                    yamlflow.yaml:5
values.dbPassword      ***                         yamlflow.yaml:6
values.tokenizer       gpt                         --set
values.api_key         ***                         yamlflow.yaml:8
values.url             postgres://me:***@host/db   yamlflow.yaml:9
values.more.auth.user  ***                         yamlflow.yaml:10
values.text            "a\\nb"                      --set-file text.txt
"""
ARGUMENTS = ("--profile", "prod", "-n", "mine", "--values", "values.yaml", "--set", "tokenizer=gpt")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "yamlflow.yaml").write_text(PROJECT)
    (tmp_path / "values.yaml").write_text("train:\n  flag: false\n")
    (tmp_path / "text.txt").write_text("a\nb")
    (tmp_path / "sub").mkdir()
    return tmp_path


def test_config(yamlflow, user_env, folder) -> None:
    user_env["YAMLFLOW_TARGET"] = "argo"
    user_env["ARGO_TOKEN"] = "Bearer hunter2"
    user_env["YAMLFLOW_CACHE"] = "off"
    done = yamlflow("config", *ARGUMENTS, "--set-file", "text=text.txt", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    shown = {name: " ".join(rest.split()) for name, rest in rows}
    expected = {line.split()[0]: " ".join(line.split()[1:]) for line in SHOWN.splitlines()}
    assert shown.items() >= expected.items()
    assert shown["home"].endswith("YAMLFLOW_HOME")
    assert (shown["cache"], shown["argo.token"]) == ("off YAMLFLOW_CACHE", "*** ARGO_TOKEN")
    assert "hunter2" not in done.stdout


def test_config_for_programs(yamlflow, folder) -> None:
    done = yamlflow("config", "sub", "-o", "json", "--set", r"a\.b.c=1", cwd=folder)
    rows = {row["setting"]: row for row in json.loads(done.stdout)}
    assert rows["namespace"] == {
        "setting": "namespace",
        "value": "team",
        "from": "yamlflow.yaml:1",
        "file": "yamlflow.yaml",
        "line": 1,
    }
    assert rows["target"] == {"setting": "target", "value": "local", "from": "built in"}
    assert rows[r"values.a\.b.c"]["value"] == 1
    assert "hunter2" not in yamlflow("config", "-o", "yaml", cwd=folder).stdout


def test_config_without_a_project(yamlflow, tmp_path) -> None:
    done = yamlflow("config", cwd=tmp_path)
    assert done.returncode == 0
    assert "project     -" in done.stdout


def test_config_of_a_broken_project(yamlflow, folder) -> None:
    (folder / "yamlflow.yaml").write_text("namespace: team\ntragets: x\n")
    done = yamlflow("config", cwd=folder)
    assert done.returncode == 1
    assert "team" in done.stdout
    assert "yamlflow.yaml:2:1: error[unknown-key]" in done.stderr


@pytest.mark.parametrize("name", ["component", "pipeline", "project"])
def test_schemas_stand_alone(yamlflow, name) -> None:
    assert name in yamlflow("schema").stdout
    schema = json.loads(yamlflow("schema", name).stdout)
    Draft202012Validator.check_schema(schema)
    assert ".schema.json" not in json.dumps(schema)
    errors = Draft202012Validator(schema).iter_errors({"tasks": {"a": {"image": 1, "outputs": {"b": {"type": 1}}}}})
    assert list(errors)
