"""Pipelines made by hypothesis: along the schema, sometimes astray, and written in any style of YAML."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

_FOLDER = Path(__file__).resolve().parent.parent.parent / "schemas"
_SCHEMAS = {path.name: json.loads(path.read_text()) for path in _FOLDER.glob("*.schema.json")}
_MOST_KEYS = 3
_DEEPEST = 7
_SIGNS = st.sampled_from(list("ab1 .:-#'\"{}[],&*!|>%@`~$\\\t\r\n\x85\u2028\ufeffé漢😀\u0301\u202e"))
_WORDS = st.sampled_from(
    ["a", "b", "one", "text", "no", "012", "12:30", "1e3", "./a.yaml", "./a.py:f", "String", "", "~"]
)
_EXPRESSIONS = st.sampled_from(
    [
        *("inputs.a", "inputs.b", "tasks.a.outputs.b", "tasks.b.outputs.a", "tasks.a.status", "item", "item.a", "a"),
        *("workflow.name", "1", "'x'", "nil", "true", "[1, 2][0]", "{a: 1}.a", "len(inputs.a)", "int(item)", "b ?? 1"),
        *("map([1], # + 1)", "let x = 1; x", "1 +", "tasks['a'].outputs['b']", "not true", "a.b.c(", "-1 ** 2", "}}"),
    ]
)


@st.composite
def _expressions(draw: st.DrawFn) -> str:
    parts = draw(st.lists(_EXPRESSIONS, min_size=1, max_size=3))
    return "${{ " + draw(st.sampled_from([" + ", " == ", " and ", " ? ", " in ", " | "])).join(parts) + " }}"


_TEXTS = st.one_of(_WORDS, _expressions(), st.text(_SIGNS, max_size=12))
_NUMBERS = st.one_of(st.integers(-1, 100), st.floats(), st.integers())
_ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=4,
)


def _resolved(part: dict[str, Any], file: str) -> tuple[dict[str, Any], str]:
    while "$ref" in part:
        name, _, path = part["$ref"].partition("#")
        file = name or file
        part = _SCHEMAS[file]
        for step in path.strip("/").split("/"):
            part = part[step] if step else part
    return part, file


@st.composite
def _values(draw: st.DrawFn, part: Any, file: str, depth: int = 0) -> Any:
    """Draw what a part of a schema takes, now and then something else."""
    if not isinstance(part, dict) or depth > _DEEPEST or draw(st.integers(0, 39)) == 0:
        return draw(_ANYTHING)
    part, file = _resolved(part, file)
    given = [*part.get("examples", []), *part.get("enum", []), *([part["const"]] if "const" in part else [])]
    if given and draw(st.booleans()):
        return draw(st.sampled_from(given))
    branches = part.get("anyOf") or (part.get("oneOf") if "properties" not in part else None)
    if branches:
        return draw(_values(draw(st.sampled_from(branches)), file, depth + 1))
    kinds = part.get("type", "object")
    kind = kinds if isinstance(kinds, str) else draw(st.sampled_from(kinds))
    if kind == "object":
        return draw(_objects(part, file, depth))
    if kind == "array":
        return draw(st.lists(_values(part.get("items"), file, depth + 1), max_size=3))
    return draw({"integer": _NUMBERS, "number": _NUMBERS, "boolean": st.booleans()}.get(kind, _TEXTS))


@st.composite
def _objects(draw: st.DrawFn, part: dict[str, Any], file: str, depth: int) -> dict[str, Any]:
    known, other = part.get("properties", {}), part.get("additionalProperties")
    names = [*part.get("required", [])]
    if "oneOf" in part:
        names += draw(st.sampled_from(part["oneOf"])).get("required", [])
    if known:
        names += draw(st.lists(st.sampled_from([*known]), max_size=_MOST_KEYS))
    if isinstance(other, dict):
        names += draw(st.lists(_WORDS, min_size=1, max_size=_MOST_KEYS))
    if draw(st.integers(0, 19)) == 0:
        names.append(draw(_TEXTS))
    return {name: draw(_values(known.get(name, other), file, depth + 1)) for name in names}


@st.composite
def _written(draw: st.DrawFn, data: Any, indent: str = "\n", flow: bool = False) -> str:
    """Write data as YAML in some style; what is written plain or in a block may come to mean something else."""
    if isinstance(data, dict | list) and data:
        flow = flow or draw(st.integers(0, 3)) == 0
        lead = "" if flow else draw(st.sampled_from(["", "", "", "&x ", "# yamlflow: ignore[cycle]"]))
        deeper = indent + draw(st.sampled_from([*["  "] * 20, " ", "    ", "\t"]))
        items = [draw(_written(item, deeper, flow)) for item in (data.values() if isinstance(data, dict) else data)]
        if isinstance(data, list):
            return f"[{', '.join(items)}]" if flow else lead + "".join(f"{deeper}- {item}" for item in items)
        keys = [draw(_written(key, deeper, True)) for key in data]
        pairs = [f"{key}: {item}" for key, item in zip(keys, items, strict=True)]
        return f"{{{', '.join(pairs)}}}" if flow else lead + "".join(deeper + pair for pair in pairs)
    text = data if isinstance(data, str) else json.dumps(data)
    style = draw(st.sampled_from(["plain", "plain", "single", "double", "block", "alias"]))
    if style == "single":
        return "'" + text.replace("'", "''") + "'"
    if style == "double" or (style == "plain" and not text.isalnum() and draw(st.integers(0, 4))):
        return json.dumps(text, ensure_ascii=draw(st.booleans()))
    if style == "block" and not flow:
        return draw(st.sampled_from("|>")) + draw(st.sampled_from(["", "-", "+", "2"])) + f"{indent}  {text}"
    return "*x" if style == "alias" and draw(st.integers(0, 29)) == 0 else text


@st.composite
def pipelines(draw: st.DrawFn) -> bytes:
    """Draw a file that is a pipeline, or almost one."""
    data = draw(_objects(_SCHEMAS["pipeline.schema.json"], "pipeline.schema.json", 0))
    text = draw(_written(data)).lstrip("\n")
    breaks = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]))
    return (draw(st.sampled_from(["", "", "\ufeff"])) + text.replace("\n", breaks)).encode(errors="surrogatepass")
