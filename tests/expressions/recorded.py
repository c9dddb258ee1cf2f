"""Values as the recorded answers of the real expr-lang write them."""

import gzip
import json
from pathlib import Path

from yamlflow.expressions.runtime.text import duration_text, float_text
from yamlflow.expressions.runtime.times import Time, Zone
from yamlflow.expressions.runtime.values import AnyMap, Byte, Duration

_ORACLE = Path(__file__).resolve().parent / "oracle"
ENVIRONMENTS = json.loads((_ORACLE / "environments.json").read_text("utf-8"))
CASES = [json.loads(line) for line in gzip.decompress((_ORACLE / "answers.jsonl.gz").read_bytes()).splitlines()]


def written(value):
    """Return a value as plain data that keeps Go's types apart: `["int", "1"]`, `["float", "1"]`."""
    if isinstance(value, Time):
        return ["time", value.json()]
    if isinstance(value, Zone):
        return ["location", value.name]
    if isinstance(value, Duration):
        return ["duration", duration_text(value)]
    if isinstance(value, bytes):
        return ["bytes", f"[{' '.join(map(str, value))}]"]
    if isinstance(value, float):
        return ["float", float_text(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return ["byte" if isinstance(value, Byte) else "int", str(int(value))]
    if isinstance(value, list):
        return ["list", [written(item) for item in value]]
    if isinstance(value, dict | AnyMap):
        pairs = [
            [json.dumps(written(key), ensure_ascii=False, separators=(",", ":")), item] for key, item in value.items()
        ]
        return ["map", [[key, written(item)] for key, item in sorted(pairs, key=lambda pair: pair[0])]]
    return (
        "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in value) if isinstance(value, str) else value
    )
