"""The public API: what its functions give, and that they cost nothing until they are used."""

import subprocess
import sys

import pytest

import yamlflow

GOOD = """\
name: greet
inputs: [{name: who, type: String, default: world}, {name: often, type: Integer, default: 1}]
tasks:
  hello: {image: "bash:5.2", env: {WHO: "${{ inputs.who }}", OFTEN: "${{ inputs.often }}"}, run: 'echo "$WHO" "$OFTEN"'}
"""
TEMPLATE = "name: {{ values.name }}\ntasks:\n  hello: {image: 'bash:{{ values.image.tag }}', run: echo hi}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YAMLFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ARGO_SERVER", raising=False)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(GOOD.replace("inputs.who", "inputs.wo"))
    (tmp_path / "t.yaml.j2").write_text(TEMPLATE)
    return tmp_path


def test_validate(folder) -> None:
    assert yamlflow.validate(folder / "good.yaml") == []
    (found,) = [item for item in yamlflow.validate("bad.yaml") if item.severity == "error"]
    assert (found.file, found.line, found.column) == ("bad.yaml", 4, 53)
    assert (found.code, found.hint) == ("unknown-input", "did you mean `who`?")
    assert str(found).startswith("bad.yaml:4:53: error[unknown-input]: the pipeline has no input `wo` (did you")
    (again,) = [item for item in yamlflow.validate(".", select=["unknown-input"]) if item.file == "bad.yaml"]
    assert (again.line, again.message) == (4, found.message)
    assert [item for item in yamlflow.validate("bad.yaml", ignore=["unknown-input"]) if item.severity == "error"] == []
    with pytest.raises(yamlflow.RequestError, match="unknown code `unkown-input`"):
        yamlflow.validate("bad.yaml", select=["unkown-input"])
    (missing,) = yamlflow.validate("nowhere.yaml")
    assert (missing.file, missing.line, missing.column, missing.code) == ("nowhere.yaml", None, None, "file-not-found")


def test_values(folder) -> None:
    values = {"name": "greet", "image": {"tag": "5.2"}}
    assert yamlflow.validate("t.yaml.j2", values=values) == []
    assert [item.code for item in yamlflow.validate("t.yaml.j2")] == ["undefined-name"] * 2
    pipeline = yamlflow.load("t.yaml.j2", values=values)
    assert isinstance(pipeline, yamlflow.Pipeline)
    assert pipeline.tasks["hello"].script.image == "bash:5.2"
    assert yamlflow.render("t.yaml.j2", values=values)["metadata"]["generateName"] == "greet-"
    (found,) = yamlflow.validate("t.yaml.j2", values=values | {"name": "A B"})
    assert (found.code, found.related[0].span.source.name) == ("invalid-name", "values")
    with pytest.raises(TypeError):
        yamlflow.validate("t.yaml.j2", values={"name": object()})


def test_load_and_render(folder) -> None:
    assert list(yamlflow.load("good.yaml").inputs) == ["who", "often"]
    manifest = yamlflow.render("good.yaml", {"often": 3})
    assert manifest["spec"]["arguments"]["parameters"][1] == {"name": "often", "value": "3"}
    for call in (yamlflow.load, yamlflow.render):
        with pytest.raises(yamlflow.InvalidPipelineError) as caught:
            call("bad.yaml")
        assert "unknown-input" in [item.code for item in caught.value.diagnostics]
    with pytest.raises(yamlflow.InvalidPipelineError, match="is no Integer"):
        yamlflow.render("good.yaml", {"often": "many"})
    (folder / "other.yaml").write_text("a: 1\n")
    with pytest.raises(yamlflow.InvalidPipelineError, match="no pipeline"):
        yamlflow.load("other.yaml")


def test_client(folder) -> None:
    client = yamlflow.Client("local", namespace="mine")
    assert (client.target, client.namespace, client.list()) == ("local", "mine", [])
    run = client.submit(yamlflow.render("good.yaml"), name="greet-1")
    assert client.get()["metadata"] == client.get("greet-1")["metadata"]
    assert [seen["metadata"]["name"] for seen in client.watch()][-1] == run["metadata"]["name"] == "greet-1"
    assert client.wait()["status"]["phase"] == "Succeeded"
    assert [(line.text, line.node != "") for line in client.logs()] == [("world 1", True)]
    assert [found["metadata"]["name"] for found in client.list(status=["Succeeded"])] == ["greet-1"]
    client.delete("greet-1")
    with pytest.raises(yamlflow.RunNotFoundError):
        client.get("greet-1")
    with pytest.raises(yamlflow.RequestError):
        client.submit({"metadata": {}, "spec": {}}, {"a": 1})
    with pytest.raises(yamlflow.RequestError, match="unknown target"):
        yamlflow.Client("nowhere")


def test_what_a_cluster_would_refuse_is_not_sent(monkeypatch) -> None:
    monkeypatch.setenv("ARGO_SERVER", "http://localhost:1")
    metadata = {"generateName": "large-", "annotations": {"note": "x" * 300_000}}
    manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": metadata, "spec": {}}
    with pytest.raises(yamlflow.RequestError, match="the annotations have 300,004 bytes, 37,860 more"):
        yamlflow.Client("argo").submit(manifest)


def test_names() -> None:
    from yamlflow.render import render as inner  # the package of this name does not hide the function

    assert inner is not yamlflow.render
    assert callable(yamlflow.render)
    assert set(yamlflow.__all__) <= set(dir(yamlflow))
    assert all(getattr(yamlflow, name).__doc__ for name in yamlflow.__all__)
    with pytest.raises(AttributeError, match="no attribute `nothing`"):
        yamlflow.nothing  # noqa: B018


def test_the_import_is_cheap() -> None:
    code = "import sys; before = set(sys.modules); import yamlflow; print(*(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) <= {"yamlflow", "types"}
