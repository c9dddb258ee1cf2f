"""`yamlflow approve` and `yamlflow reject`: a person's answer reaches the run, and gates what comes after."""

import json
import time

PIPELINE = """\
name: deploy
defaults: {image: "alpine:3.20"}
tasks:
  release:
    tasks:
      ask:
        approve:
          message: Deploy?
          inputs: [{name: replicas, type: Integer, default: 2}, {name: zone, enum: [a, b], default: a}]
      deploy:
        env: {N: "${{ tasks.ask.outputs.replicas }} in ${{ tasks.ask.outputs.zone }}"}
        outputs: [{name: text, type: String}]
        run: printf "%s" "$N" > "$OUTPUT_TEXT"
      refused:
        when: ${{ !tasks.ask.outputs.approved }}
        run: echo nothing was deployed
"""


def _nodes(yamlflow, name):
    shown = yamlflow("get", name, "-o", "json")
    nodes = json.loads(shown.stdout)["status"].get("nodes") or {}
    return {node["displayName"]: node for node in nodes.values()}


def _started(yamlflow, folder):
    (folder / "deploy.yaml").write_text(PIPELINE)
    name = yamlflow("submit", "deploy.yaml", "-o", "name", cwd=folder).stdout.strip().rpartition("/")[2]
    end = time.monotonic() + 60
    while (_nodes(yamlflow, name).get("ask") or {}).get("phase") != "Running" and time.monotonic() < end:
        time.sleep(0.05)
    return name


def test_approve(yamlflow, tmp_path) -> None:
    name = _started(yamlflow, tmp_path)
    for wrong, message in (
        (("approve", name, "deploy"), f"no task `deploy` of {name} waits for a person"),
        (("approve", name, "ask", "-p", "zone=c"), "`zone` of task `ask` is one of: a, b"),
        (("approve", name, "ask", "-p", "size=1"), "task `ask` does not ask for `size`; it asks for: replicas, zone"),
        (("reject", name, "ask", "-p", "zone=c"), ""),
    ):
        done = yamlflow(*wrong)
        assert done.returncode != 0
        assert message in done.stderr
    done = yamlflow("approve", name, "release.ask", "-p", "replicas=5")
    assert (done.returncode, done.stdout) == (0, f"{name}: `release.ask` is approved (local)\n"), done.stderr
    yamlflow("wait", name)
    nodes = _nodes(yamlflow, name)
    assert nodes["deploy"]["outputs"]["parameters"][0]["value"] == "5 in a"
    assert nodes["refused"]["phase"] == "Skipped"
    assert yamlflow("approve", name, "ask").returncode == 1


def test_reject(yamlflow, tmp_path) -> None:
    name = _started(yamlflow, tmp_path)
    done = yamlflow("reject", "@latest", "ask")
    assert (done.returncode, done.stdout) == (0, f"{name}: `ask` is rejected (local)\n"), done.stderr
    yamlflow("wait", name)
    nodes = _nodes(yamlflow, name)
    assert {key: nodes[key]["phase"] for key in ("deploy", "refused")} == {"deploy": "Skipped", "refused": "Succeeded"}
