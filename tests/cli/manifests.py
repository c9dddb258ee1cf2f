"""Small Argo manifests to run."""

import subprocess
import time
from pathlib import Path

TWO_TASKS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: two-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: word, value: hello}]}
  templates:
    - name: main
      dag:
        tasks:
          - {name: one, template: say, arguments: {parameters: [{name: text, value: "{{workflow.parameters.word}}"}]}}
          - {name: two, template: say, depends: one, arguments: {parameters: [{name: text, value: "bye"}]}}
          - {name: never, template: say, depends: one, when: "1 == 2"}
    - name: say
      inputs: {parameters: [{name: text, default: "-"}]}
      container:
        image: alpine:3.20
        command: [sh, -c]
        args: ["echo thinking; echo {{inputs.parameters.text}}"]
"""
FAILS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: fails-}
spec:
  entrypoint: main
  templates:
    - name: main
      dag: {tasks: [{name: bad, template: bad}, {name: after, template: bad, depends: bad}]}
    - name: bad
      container: {image: alpine, command: [sh, -c], args: ["seq -f 'line %g' 12; exit 3"]}
"""
SLEEPS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{generateName: sleeps-}}
spec:
  entrypoint: main
  templates:
    - name: main
      dag: {{tasks: [{{name: nap, template: nap}}]}}
    - name: nap
      container: {{image: alpine, command: [sh, -c], args: ["echo down; sleep {seconds} & wait"]}}
"""


def write(folder: Path, text: str) -> str:
    """Write a manifest and return its path."""
    path = folder / "workflow.yaml"
    path.write_text(text)
    return str(path)


def processes(text: str) -> list[str]:
    """The command lines of processes of this machine that contain a text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line:
            found.append(line)
    return found


def wait_for(text: str, process: subprocess.Popen) -> None:
    """Wait until there is a process with a text in its command line, while another lives."""
    while not processes(text):
        assert process.poll() is None
        time.sleep(0.02)
