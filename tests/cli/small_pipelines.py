"""Small pipelines to run."""

from pathlib import Path

TWO_TASKS = """\
name: two
inputs: [{name: word, type: String, default: hello}]
tasks:
  one:
    image: alpine:3.20
    env: {WORD: "${{ inputs.word }}"}
    run: |
      echo thinking
      echo "$WORD"
  two: {image: "alpine:3.20", run: echo thinking; echo bye, after: [one]}
  never: {image: "alpine:3.20", run: echo never, after: [one], when: "${{ inputs.word == 'never' }}"}
"""
FAILS = """\
name: fails
tasks:
  bad: {image: "alpine:3.20", run: "seq -f 'line %g' 12; exit 3"}
  then: {image: "alpine:3.20", run: echo, after: [bad]}
"""
SLEEPS = """\
name: sleeps
tasks:
  nap: {{image: "alpine:3.20", run: echo down; sleep {seconds} & wait}}
"""
MANIFEST = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: argo-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: word, value: hello}]}
  templates:
    - name: main
      dag:
        tasks:
          - {name: one, template: say}
          - {name: never, template: say, depends: one, when: "1 == 2"}
    - name: say
      container: {image: "alpine:3.20", command: [echo], args: ["{{workflow.parameters.word}}"]}
"""


def write(folder: Path, text: str) -> str:
    """Write a manifest and return its path."""
    path = folder / "pipeline.yaml"
    path.write_text(text)
    return str(path)
