"""Constants and scripts of all kinds reach containers as they are written: as arguments, variables, files, and code."""

import json
import random

from yamlflow.source import write_yaml

SIGNS = [*"\"'\\\n\t{}[],:#$%ü€𝄞 a1<&*!|>-?@`~", "{{", "}}", "\u2028", "\x85", "\u00a0", "\r"]
FIXED = [
    *(
        'it\'s "q"',
        "two\nlines\n",
        "\n",
        " a ",
        "- a",
        "a: b",
        "#x",
        '{"a": "{{ b }}"}',
        "[1, 2]",
        "null",
        "yes",
        "012",
    ),
    *(
        "{{ x }}",
        "}}",
        "{{",
        "{{{a}}}",
        "$(id)",
        "`id`",
        "%s",
        "\\n",
        "\\u0041",
        "--flag",
        "{{itm",
        "a\n\n  b\n",
        "\ttab",
    ),
]
SAME = """
inputs: [{name: text, type: String}, {name: file, type: String}]
outputs: [{name: text, type: String}, {name: file, type: String}, {name: variable, type: String}]
implementation:
  container:
    image: alpine:3.20
    command:
      - sh
      - -ec
      - |
        mkdir -p "${2%/*}" "${3%/*}" "${4%/*}"
        printf "%s." "$0" > "$2"
        { cat "$1"; printf .; } > "$3"
        printf "%s." "$VARIABLE" > "$4"
      - {inputValue: text}
      - {inputPath: file}
      - {outputPath: text}
      - {outputPath: file}
      - {outputPath: variable}
"""


def _outputs(yamlflow) -> dict[str, str]:
    status = json.loads(yamlflow("get", "@latest", "-o", "json").stdout)["status"]
    return {item["name"]: item["value"] for item in status["outputs"]["parameters"]}


def test_constants(yamlflow, tmp_path) -> None:
    dice = random.Random(7)
    texts = [*FIXED, *("".join(dice.choices(SIGNS, k=dice.randint(1, 9))) for _ in range(15))]
    tasks = {
        f"t{number}": {"component": "same", "arguments": {"text": text, "file": text}, "env": {"VARIABLE": text}}
        for number, text in enumerate(texts)
    }
    outputs = [
        {"name": f"{name}-{way}", "value": f"${{{{ tasks.{name}.outputs.{way} }}}}"}
        for name in tasks
        for way in ("text", "file", "variable")
    ]
    (tmp_path / "same.yaml").write_text(SAME)
    pipeline = {"name": "constants", "components": {"same": "./same.yaml"}, "tasks": tasks, "outputs": outputs}
    (tmp_path / "constants.yaml").write_text(write_yaml(pipeline))
    done = yamlflow("run", "constants.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    found = _outputs(yamlflow)
    for number, text in enumerate(texts):
        assert [found[f"t{number}-{way}"] for way in ("text", "file", "variable")] == [f"{text}."] * 3


def test_tags_in_code(yamlflow, tmp_path) -> None:
    tags = ["{{ x }}", "{{workflow.name}}", "{{=1 + 1}}", "{{inputs.parameters.a}}", "}} {{item}}"]
    functions = [f"def tell{number}() -> str:\n    return {text!r} + '.'\n" for number, text in enumerate(tags)]
    (tmp_path / "f.py").write_text("\n\n".join(functions))
    tasks: dict[str, dict[str, object]] = {}
    outputs = []
    for number, text in enumerate(tags):
        script = f"cat > \"$OUTPUT_TEXT\" <<'END'\n{text}.\nEND\n"
        task = {"image": "alpine:3.20", "outputs": [{"name": "text", "type": "String"}], "run": script}
        tasks |= {f"s{number}": task, f"f{number}": {"component": f"./f.py:tell{number}"}}
        outputs += [
            {"name": f"s{number}", "value": f"${{{{ tasks.s{number}.outputs.text }}}}"},
            {"name": f"f{number}", "value": f"${{{{ tasks.f{number}.outputs.Output }}}}"},
        ]
    (tmp_path / "code.yaml").write_text(write_yaml({"name": "code", "tasks": tasks, "outputs": outputs}))
    done = yamlflow("run", "code.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    found = _outputs(yamlflow)
    for number, text in enumerate(tags):
        assert (found[f"s{number}"], found[f"f{number}"]) == (f"{text}.", f"{text}.")
