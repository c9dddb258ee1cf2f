"""Tasks one after the other: their sandboxes are made beforehand, and nobody can tell."""

import os

import pytest

from yamlflow.targets.local import LocalTarget

SHOW = ["sh", "-c", "env | grep -v ARGO_NODE_ID; readlink /proc/self/fd/0; yes | head -1; tail -c 8 /proc/1/cmdline"]
TEMPLATES = {
    "show": {"container": {"command": SHOW, "env": [{"name": "TEXT", "value": "'a' \"b\" $c\n\\d"}]}},
    "odd": {"container": {"command": SHOW, "env": [{"name": "a.b", "value": "c"}]}},
    "folder": {"container": {"command": ["pwd"], "workingDir": "/srv"}},
    "result": {"script": {"command": ["sh"], "source": "echo one; echo two >&2"}},
    "file": {
        "container": {"command": ["sh", "-c", "echo 1 > /tmp/out"]},
        "outputs": {"parameters": [{"name": "out", "valueFrom": {"path": "/tmp/out"}}]},
    },
    "fails": {"container": {"command": ["sh", "-c", "exit 7"]}},
    "missing": {"container": {"command": ["no-such-program"]}},
    "late": {"container": {"command": ["sleep", "100"]}, "activeDeadlineSeconds": 1},
    "leaves": {"container": {"command": ["sh", "-c", "touch /tmp/left; sleep 100 &"]}},
    "clean": {"container": {"command": ["ls", "-A", "/tmp"]}},
}


@pytest.fixture
def target(tmp_path):
    return LocalTarget(str(tmp_path / "home"), environment=os.environ)


def run(target, names):
    """Run templates one after the other; return their nodes and what they printed."""
    steps = [[{"name": f"s{at}", "template": name, "continueOn": {"failed": True}}] for at, name in enumerate(names)]
    for step in steps[5:]:  # so that the output of this one is kept
        step[0]["arguments"] = {"parameters": [{"name": "r", "value": "{{steps.s4.outputs.result}}"}]}
    templates = [{"name": name, **template} for name, template in TEMPLATES.items()]
    for template in templates:
        template.get("container", template.get("script", {}))["image"] = "busybox"
    manifest = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": {"entrypoint": "main", "templates": [{"name": "main", "steps": steps}, *templates]},
    }
    target.submit(manifest)
    *_, ended = target.watch("wf")
    nodes = {node["displayName"]: node for node in ended["status"]["nodes"].values()}
    logs = {name: [line.text for line in target.logs("wf", name)] for name in nodes if name.startswith("s")}
    return [(nodes[f"s{at}"], logs[f"s{at}"]) for at in range(len(names))]


def test_programs_see_the_same(target) -> None:
    shown = [lines for _, lines in run(target, ["show"] * 10)]
    ends = [lines.pop().split("\0") for lines in shown]
    assert all(sorted(lines) == sorted(shown[0]) for lines in shown)
    assert {"/dev/null", "y"} <= set(shown[0])
    if os.path.basename(os.path.realpath("/bin/sh")) == "dash":
        assert "/bin/sh" not in ends[0] and "/bin/sh" in ends[-1]


@pytest.mark.parametrize("name", TEMPLATES)
def test_they_end_as_they_would(target, name) -> None:
    found = run(target, [name, "show", "show", name, "result", name, name])
    (first, printed), *later = (found[at] for at in (0, 3, 5, 6))
    for node, lines in later:
        assert all(node.get(key) == first.get(key) for key in ("phase", "message", "outputs"))
        assert lines == printed or name in ("show", "odd")
    assert found[4][0]["outputs"]["result"] == "one"
