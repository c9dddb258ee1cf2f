"""Pipelines and manifests of any size. `python benchmarks/generate.py chain 100` prints one."""

import sys
from collections.abc import Callable

_COMPONENTS = """\
components:
  make:
    inputs: [{name: seed, type: Integer}]
    outputs: [{name: number, type: Integer}]
    implementation:
      container:
        image: "alpine:3.20"
        command: [sh, -c, 'mkdir -p "$(dirname "$1")"; echo "$0" > "$1"', {inputValue: seed}, {outputPath: number}]
  add:
    inputs: [{name: a, type: Integer}, {name: b, type: Integer}]
    outputs: [{name: sum, type: Integer}]
    implementation:
      container:
        image: "alpine:3.20"
        command:
          - sh
          - -c
          - 'mkdir -p "$(dirname "$2")"; echo $(($0 + $1)) > "$2"'
          - {inputValue: a}
          - {inputValue: b}
          - {outputPath: sum}
"""


def mixed(count: int) -> str:
    """Return a pipeline of producers, and of sums of them under a condition: what a large real one looks like."""
    lines = ["name: mixed", "inputs:", "  - {name: start, type: Integer, default: 1}", _COMPONENTS + "tasks:"]
    for number in range(count):
        lines.append(f"  task{number}:")
        if number % 5:
            first, second = number - number % 5, number - 1
            left = f"${{{{ tasks.task{first}.outputs.number }}}}"
            right = f"${{{{ tasks.task{second}.outputs.{'sum' if second != first else 'number'} }}}}"
            lines += ["    component: add", f'    arguments: {{a: "{left}", b: "{right}"}}']
        else:
            lines += ["    component: make", f'    arguments: {{seed: "${{{{ inputs.start + {number} }}}}"}}']
        if number % 5 == 4:
            lines.append(f"    when: ${{{{ tasks.task{number - 1}.outputs.sum > {number} }}}}")
    return "\n".join(lines) + "\n"


def chain(count: int) -> str:
    """Return a pipeline whose tasks run `true` one after the other."""
    return _true("chain", count, lambda number: f", after: [task{number - 1}]" if number else "")


def fan_out(count: int) -> str:
    """Return a pipeline whose tasks all run `true` at the same time."""
    return _true("fan-out", count, lambda _: "")


def _true(name: str, count: int, options: Callable[[int], str]) -> str:
    container = 'container: {image: "alpine:3.20", command: ["true"]}'
    lines = [f"  task{number}: {{{container}{options(number)}}}" for number in range(count)]
    return "\n".join([f"name: {name}", "tasks:", *lines]) + "\n"


def component(number: int) -> str:
    """Return a component file with what most of them have."""
    return f"""\
name: Train {number}
description: Trains a classifier on a table.
inputs:
  - {{name: Training data, type: CSV, description: the table}}
  - {{name: Label column, type: Integer, default: '0'}}
  - {{name: Learning rate, type: Float, default: '0.1'}}
  - {{name: Note}}
outputs:
  - {{name: Model, type: ClassifierModel}}
  - {{name: Metrics, type: JsonObject, description: accuracy and more}}
implementation:
  container:
    image: "example/train:1.{number}"
    command: [python3, /app/train.py, --data, {{inputPath: Training data}}, --label, {{inputValue: Label column}}]
    args:
      - --rate
      - {{inputValue: Learning rate}}
      - if: {{cond: {{isPresent: Note}}, then: [--note, {{inputValue: Note}}]}}
      - --model
      - {{outputPath: Model}}
      - {{concat: [--metrics=, {{outputPath: Metrics}}]}}
"""


def references(count: int) -> str:
    """Return a pipeline of tasks that use 50 component files in turn."""
    arguments = "{Training data: some, Note: a note}"
    tasks = (
        f"  task{number}: {{component: ./component-{number % 50}.yaml, arguments: {arguments}}}"
        for number in range(count)
    )
    return "\n".join(["name: references", "tasks:", *tasks]) + "\n"


def hello_world(_: int = 1) -> str:
    """Return the smallest manifest: one container, no pipeline."""
    return """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-world-}
spec:
  entrypoint: hello-world
  templates:
    - name: hello-world
      container: {image: "busybox:1.37", command: [echo], args: [hello world]}
"""


def loop(count: int) -> str:
    """Return a manifest with a loop over numbers, and a task after it."""
    return f"""\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{generateName: loop-}}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - name: each
            template: one
            arguments: {{parameters: [{{name: number, value: "{{{{item}}}}"}}]}}
            withSequence: {{count: "{count}"}}
        - - {{name: last, template: last}}
    - name: one
      inputs: {{parameters: [{{name: number}}]}}
      container: {{image: "busybox:1.37", command: ["true"], args: ["{{{{inputs.parameters.number}}}}"]}}
    - name: last
      container: {{image: "busybox:1.37", command: ["true"]}}
"""


SHAPES = {
    "mixed": mixed,
    "chain": chain,
    "fan-out": fan_out,
    "references": references,
    "hello-world": hello_world,
    "loop": loop,
}

if __name__ == "__main__":
    shape, *size = sys.argv[1:]
    sys.stdout.write(SHAPES[shape](int(size[0]) if size else 1))
