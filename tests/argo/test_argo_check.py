"""What is said about wrong manifests, and at which place. `YAMLFLOW_GOLDEN=1` writes the expected texts anew."""

import os
from pathlib import Path

import pytest

from yamlflow.argo.check import check, read
from yamlflow.argo.leftout import left_out
from yamlflow.argo.limits import find_unsupported, unsupported
from yamlflow.argo.problems import find_problems
from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_documents

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


def _findings(path: Path) -> str:
    sink = Sink()
    for document in read_documents(SourceText(path.name, path.read_text()), sink):
        for manifest in read(document):
            check(manifest, sink)
            if not sink.failed:
                unsupported(manifest, sink)
    lines = []
    for item in sink.sorted():
        assert item.span is not None
        hint = f"  ({item.hint})" if item.hint else ""
        lines.append(f"{item.span.line}:{item.span.column} {item.span.text!r} {item.code}: {item.message}{hint}\n")
    return "".join(lines)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad(path) -> None:
    expected = path.with_suffix(".txt")
    found = _findings(path)
    if os.environ.get("YAMLFLOW_GOLDEN"):
        expected.write_text(found)
    assert found == expected.read_text()


def test_several_manifests() -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec: {entrypoint: x, templates: []}\n"
    )
    listed = (
        "kind: List\napiVersion: v1\nitems:\n- {apiVersion: argoproj.io/v1alpha1, kind: CronWorkflow}\n- {kind: Pod}\n"
    )
    sink = Sink()
    documents = read_documents(SourceText("a.yaml", f"{text}---\n{listed}---\n- 1\n---\nkind: ConfigMap\n"), sink)
    found = [manifest for document in documents for manifest in read(document)]
    assert [manifest.get("kind").value for manifest in found] == ["Workflow", "CronWorkflow"]


@pytest.mark.parametrize(
    "manifest",
    [
        {"kind": "Workflow"},
        {"kind": "Workflow", "metadata": None, "spec": None},
        {"kind": "Workflow", "metadata": [], "spec": 1},
        {"kind": "Workflow", "spec": {"templates": [None, {"steps": [None, [None]], "dag": {"tasks": [None]}}]}},
        {"kind": "Workflow", "spec": {"templates": [{"name": "a", "steps": [{"steps": [{}]}], "inputs": None}]}},
        {"kind": "CronWorkflow", "spec": {"workflowSpec": {"entrypoint": "a"}}},
    ],
)
def test_broken_data_is_told_not_raised(manifest) -> None:
    assert find_problems(manifest)


def test_what_is_left_out() -> None:
    template = {
        "name": "a",
        "nodeSelector": {"x": "y"},
        "container": {"image": "i", "command": ["x"], "resources": {"limits": {"cpu": 1, "nvidia.com/gpu": 1}}},
    }
    manifest = {"kind": "Workflow", "spec": {"templates": [template], "serviceAccountName": "s", "metrics": None}}
    assert left_out(manifest) == ["nodeSelector", "nvidia.com/gpu", "serviceAccountName"]
    assert find_unsupported(manifest) == []


def test_what_stands_in_other_objects_is_left_out_too() -> None:
    parent = {"kind": "WorkflowTemplate", "metadata": {"name": "p"}, "spec": {"tolerations": [{}]}}
    pod = {"emptyDir": {"medium": "Memory"}, "name": "v"}
    template = {"name": "t", "volumes": [pod], "container": {"image": "i", "command": ["x"], "tty": True}}
    library = {"kind": "WorkflowTemplate", "metadata": {"name": "l"}, "spec": {"templates": [template]}}
    step = {"name": "a", "templateRef": {"name": "l", "template": "t"}}
    spec = {"workflowTemplateRef": {"name": "p"}, "templates": [{"name": "main", "steps": [[step]]}]}
    objects = {("WorkflowTemplate", item["metadata"]["name"]): item for item in (parent, library)}
    assert left_out({"kind": "Workflow", "spec": spec}, objects) == ["emptyDir.medium", "tolerations", "tty"]


def test_what_is_left_out_of_containers() -> None:
    profile = {"type": "RuntimeDefault"}
    context = {"runAsUser": 1, "seLinuxOptions": {"level": "s0"}, "seccompProfile": profile}
    probe = {"grpc": {"port": 1}}
    container = {"image": "i", "command": ["x"], "securityContext": context, "livenessProbe": probe}
    spec = {"templates": [{"name": "a", "container": container}]}
    assert left_out({"kind": "Workflow", "spec": spec}) == ["livenessProbe", "securityContext"]
    told = left_out({"kind": "Workflow", "spec": spec}, containers=True)
    assert told == ["livenessProbe", "securityContext.seLinuxOptions"]


def test_probes_of_daemons_are_in_force() -> None:
    probe = {"name": "a", "daemon": True, "container": {"image": "i", "command": ["x"], "readinessProbe": {"exec": {}}}}
    assert left_out({"kind": "Workflow", "spec": {"templates": [probe]}}) == []
    assert left_out({"kind": "Workflow", "spec": {"templates": [probe | {"daemon": False}]}}) == ["readinessProbe"]
