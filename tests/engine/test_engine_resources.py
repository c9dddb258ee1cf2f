"""`resource` templates on objects that the engine keeps: what is made, changed, read, waited for, and refused."""

import os

import pytest

from yamlflow.targets.local import LocalTarget
from yamlflow.targets.protocol import Along, TargetError

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  labels: {app: x}\ndata: {a: one}\n"
READ = [{"name": "a", "valueFrom": {"jsonPath": "{.data.a}"}}, {"name": "q", "valueFrom": {"jqFilter": ".data | keys"}}]


@pytest.fixture
def target(tmp_path):
    return LocalTarget(str(tmp_path / "home"), "kubeflow", environment=os.environ)


def _template(name, **more):
    outputs = {"parameters": more.pop("outputs")} if "outputs" in more else {}
    return {"name": name, "resource": more, "outputs": outputs}


def _run(target, *templates, name="wf"):
    steps = [[{"name": item["name"], "template": item["name"]}] for item in templates]
    spec = {"entrypoint": "main", "templates": [{"name": "main", "steps": steps}, *templates]}
    target.submit({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name}, "spec": spec})
    *_, run = target.watch(name)
    nodes = {node["displayName"]: node for node in run["status"]["nodes"].values()}
    return run["status"]["phase"], nodes


def _outputs(node):
    return {item["name"]: item["value"] for item in node["outputs"]["parameters"]}


def test_made_changed_read_and_removed(target) -> None:
    phase, nodes = _run(
        target,
        _template("create", action="create", manifest=CONFIG, outputs=READ),
        _template("apply", action="apply", manifest=CONFIG.replace("one", "two"), outputs=READ),
        _template(
            "merge", action="patch", mergeStrategy="merge", manifest=CONFIG.replace("a: one", "b: 3"), outputs=READ
        ),
        _template(
            "json", action="patch", mergeStrategy="json", flags=["cm", "c"], manifest="[{op: remove, path: /data/b}]"
        ),
        _template("get", action="get", flags=["configmap/c"], outputs=READ),
        _template("replace", action="replace", manifest=CONFIG.replace("a: one", "z: end"), outputs=READ[1:]),
        _template("delete", action="delete", flags=["configmap", "--selector", "app=x"]),
        _template("again", action="delete", manifest=CONFIG),
        _template("gone", action="get", manifest=CONFIG),
    )
    assert phase == "Failed"
    assert _outputs(nodes["create"]) == {"a": "one", "q": '["a"]'}
    assert _outputs(nodes["apply"]) == {"a": "two", "q": '["a"]'}
    assert _outputs(nodes["merge"]) == {"a": "two", "q": '["a","b"]'}
    assert _outputs(nodes["get"]) == {"a": "two", "q": '["a"]'}
    assert _outputs(nodes["replace"]) == {"q": '["z"]'}
    assert nodes["again"]["phase"] == "Succeeded"
    missing = 'Error from server (NotFound): configmaps "c" not found'
    assert nodes["gone"]["message"] == f"main: Error (exit code 64): no more retries {missing}"
    assert nodes["gone"]["outputs"]["exitCode"] == "64"


def test_a_second_one_of_that_name(target) -> None:
    kept = {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "mine"}}
    target.bring(Along((kept,)))
    phase, nodes = _run(target, _template("create", action="create", manifest=CONFIG))
    assert phase == "Failed"
    assert 'configmaps "c" already exists' in nodes["create"]["message"]


def test_conditions(target) -> None:
    labels = {"action": "get", "manifest": CONFIG, "successCondition": "data.a in (one, two), !data.none"}
    phase, _ = _run(target, _template("make", action="apply", manifest=CONFIG), _template("good", **labels))
    assert phase == "Succeeded"
    bad = labels | {"failureCondition": "data.a == one"}
    phase, nodes = _run(target, _template("bad", **bad), name="other")
    assert phase == "Failed"
    assert nodes["bad"]["message"] == "main: Error (exit code 64): failure condition 'data.a==one' evaluated true"


CHILD = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: child-}
spec:
  workflowTemplateRef: {name: t}
  arguments: {parameters: [{name: code, value: "%s"}]}
"""
TEMPLATE = {
    "kind": "WorkflowTemplate",
    "metadata": {"name": "t"},
    "spec": {
        "entrypoint": "main",
        "arguments": {"parameters": [{"name": "code"}]},
        "templates": [
            {
                "name": "main",
                "inputs": {"parameters": [{"name": "code"}]},
                "container": {"image": "busybox", "command": ["sh", "-c", "exit {{inputs.parameters.code}}"]},
            }
        ],
    },
}


def test_workflows_of_workflows(target) -> None:
    """Templates that came along with a run come along with those that it starts; what it owns goes with it."""
    target.bring(Along((TEMPLATE,)))
    waits = {"successCondition": "status.phase == Succeeded", "failureCondition": "status.phase in (Failed, Error)"}
    names = [{"name": "n", "valueFrom": {"jsonPath": "{.metadata.name}"}}]
    phase, nodes = _run(
        target,
        _template("good", action="create", manifest=CHILD % 0, setOwnerReference=True, outputs=names, **waits),
        _template("bad", action="create", manifest=CHILD % 3, outputs=names, **waits),
    )
    assert phase == "Failed"
    assert nodes["bad"]["message"].endswith("failure condition 'status.phase in (Error,Failed)' evaluated true")
    child = _outputs(nodes["good"])["n"]
    assert target.get(child)["status"]["phase"] == "Succeeded"
    target.delete("wf")
    assert [run["metadata"]["name"] for run in target.list() if run["metadata"]["name"] == child] == []


def test_a_claim_and_a_secret_that_are_used_later(target) -> None:
    claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: p\nspec: {}\n"
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData: {k: hidden}\n"
    use = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    program = {"image": "busybox", "command": ["sh", "-c", "echo $KEY > /data/f && test $(cat /data/f) = hidden"]}
    phase, nodes = _run(
        target,
        _template("claim", action="create", manifest=claim, successCondition="status.phase == Bound"),
        _template("secret", action="apply", manifest=secret),
        {
            "name": "use",
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "p"}}],
            "container": {**program, "env": [use], "volumeMounts": [{"name": "v", "mountPath": "/data"}]},
        },
    )
    assert phase == "Succeeded", nodes


UNKNOWN = [{"name": "x", "valueFrom": {"jqFilter": ".data |"}}]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"manifest": "kind: Pod\nmetadata: {name: p}"}, "on `Pod` it needs a cluster"),
        ({"flags": ["node", "n"]}, "on `node` it needs a cluster"),
        (
            {"manifest": CONFIG, "outputs": UNKNOWN},
            "no filter of jq: syntax error",
        ),
    ],
)
def test_refused_before_anything_starts(target, more, reason) -> None:
    with pytest.raises(TargetError, match=reason):
        _run(target, _template("x", action="get", **more))


FILTERS = {
    'reduce .data[] as $x (""; . + $x)': "onetwo",
    '.data | to_entries[] | "\\(.key)=\\(.value)"': "a=one\nb=two",
    ".metadata.name, {z: 1, a: [true, null]}": 'c\n{"a":[true,null],"z":1}',
    "env": "{}",
}


def test_filters(target) -> None:
    """The whole of jq; no filter sees the environment."""
    outputs = [{"name": f"o{at}", "valueFrom": {"jqFilter": text}} for at, text in enumerate(FILTERS)]
    config = CONFIG.replace("a: one", "a: one, b: two")
    phase, nodes = _run(target, _template("make", action="create", manifest=config, outputs=outputs))
    assert phase == "Succeeded", nodes
    assert [*_outputs(nodes["make"]).values()] == [*FILTERS.values()]


def test_a_filter_without_an_end(target) -> None:
    endless = [{"name": "o", "valueFrom": {"jqFilter": "def f: f; f"}}]
    template = _template("make", action="create", manifest=CONFIG, outputs=endless) | {"activeDeadlineSeconds": 1}
    phase, nodes = _run(target, template)
    assert phase == "Failed"
    assert "deadline" in nodes["make"]["message"]
