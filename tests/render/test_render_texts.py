"""Texts of all kinds reach containers as they are, through loops, groups and lists, and come back so."""

import json
import random

SIGNS = [
    '"',
    "'",
    "\\",
    "\n",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "#",
    "$",
    "%",
    "ü",
    "€",
    "𝄞",
    " ",
    "a",
    "1",
    "<",
    "&",
]
FIXED = [
    *('it\'s "q"', "two\nlines\n", '{"a": [1, {"b": "}}"}]}', "[1, 2]", "null", "true", "1e3", "0x10", "", " "),
    *("{{ x }}", "}}", "{{", "$(id)", "`id`", "%s", "\\n", "\\u0041", "${{ inputs.a }}", "--flag", "{{=1+1}}"),
]
PIPELINE = """\
name: texts
inputs:
  - {name: texts, type: {List: String}}
  - {name: maps, type: {List: Dict}}
components:
  same:
    inputs: [{name: text, type: String}]
    outputs: [{name: same, type: String}]
    implementation:
      container:
        image: alpine:3.20
        command: [sh, -ec, 'mkdir -p "${1%/*}"; printf "%s." "$0" > "$1"', {inputValue: text}, {outputPath: same}]
tasks:
  plain:
    foreach: ${{ inputs.texts }}
    component: same
    arguments: {text: "${{ item }}"}
  fields:
    foreach: ${{ inputs.maps }}
    tasks:
      inner: {component: same, arguments: {text: "${{ item.deep[0] + item.text }}"}}
    outputs: [{name: same, value: "${{ tasks.inner.outputs.same }}"}]
  direct:
    foreach: ${{ inputs.maps }}
    component: same
    arguments: {text: "${{ item.index }}${{ item.text }}"}
  again:
    foreach: ${{ tasks.plain.outputs.same }}
    component: same
    arguments: {text: "${{ item }}"}
outputs:
  - {name: plain, value: "${{ tasks.plain.outputs.same }}"}
  - {name: fields, value: "${{ tasks.fields.outputs.same }}"}
  - {name: direct, value: "${{ tasks.direct.outputs.same }}"}
  - {name: again, value: "${{ tasks.again.outputs.same }}"}
"""


def test_texts(yamlflow, tmp_path) -> None:
    dice = random.Random(5)
    texts = FIXED + ["".join(dice.choices(SIGNS, k=dice.randint(1, 12))) for _ in range(15)]
    maps = [{"text": text, "deep": [text]} for text in texts]
    (tmp_path / "texts.yaml").write_text(PIPELINE)
    parameters = tmp_path / "parameters.json"
    parameters.write_text(json.dumps({"texts": json.dumps(texts), "maps": json.dumps(maps)}))
    done = yamlflow("run", "texts.yaml", "--parameter-file", str(parameters), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    status = json.loads(yamlflow("get", "@latest", "-o", "json").stdout)["status"]
    found = {item["name"]: json.loads(item["value"]) for item in status["outputs"]["parameters"]}
    assert found["plain"] == [f"{text}." for text in texts]
    assert found["again"] == [f"{text}.." for text in texts]
    assert found["fields"] == [f"{text}{text}." for text in texts]
    assert found["direct"] == [f"{index}{text}." for index, text in enumerate(texts)]
