"""Asks the oracle, the Go code beside this file, and keeps its answers; with `--check` it only compares them."""

import gzip
import io
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from grammars import Grammar

HERE = Path(__file__).resolve().parent
ANSWERS = HERE / "answers.jsonl.gz"
EXPRESSIONS = 21_000
CONDITIONS = 2_500
TOPS = ["int", "float", "str", "bool", "list", "ints", "floats", "strs", "lm", "map", "any", "time", "duration"]
# What expr-lang itself gets wrong: these leave a value behind that another part of the expression then takes.
# And what lies behind the end of a list that sprig made room for.
EXCLUDED = re.compile(
    r".+\bfindLast|^findLast.*\).+|last\(filter\(|filter\(.*\| *last\("
    r"|filter\(.*\)+\[-1\]|[sS]lice\(.*sprig\."
)
_LONGEST = 600


def questions() -> list[tuple[str, str]]:
    """Return what is asked: what people wrote, and what the grammars make; each with its environment."""
    written = [tuple(json.loads(line)) for line in (HERE / "written.jsonl").read_text("utf-8").splitlines()]
    grammar = Grammar(HERE / "grammar.txt", Random(17))
    wrong = [("main", text) for text in grammar.leaves["wrong"]]
    made = [("main", text) for text in grammar.texts(TOPS, EXPRESSIONS)]
    conditions = Grammar(HERE / "conditions.txt", Random(18)).texts(["bool"], CONDITIONS)
    asked = [*written, *wrong, *made, *(("when", text) for text in conditions)]
    return [one for one in dict.fromkeys(asked) if not EXCLUDED.search(one[1])]


def answers(asked: list[tuple[str, str]]) -> list[str]:
    """Return a line of JSON for each question that has one short answer every time."""
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/oracle"
        subprocess.run(["go", "build", "-o", program, "."], cwd=HERE, check=True)
        lines = "".join(json.dumps(one) + "\n" for one in asked)
        done = subprocess.run(
            [program, str(HERE / "environments.json")],
            input=lines.encode(),
            stdout=subprocess.PIPE,
            check=True,
            env={"TZ": "UTC"},
        )
    kept = []
    for question, line in zip(asked, done.stdout.decode().splitlines(), strict=True):
        answer = json.loads(line)
        if answer not in (["unsteady"], ["unwritten"]) and len(line) <= _LONGEST:
            kept.append(json.dumps([*question, *answer], ensure_ascii=False, separators=(",", ":")))
    return kept


def packed(lines: list[str]) -> bytes:
    """Return the lines as a gzip file that is the same each time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as file:
        file.write("".join(line + "\n" for line in lines).encode())
    return buffer.getvalue()


def main() -> int:
    """Record the answers, or compare them."""
    lines = answers(questions())
    if "--check" in sys.argv[1:]:
        kept = gzip.decompress(ANSWERS.read_bytes()).decode().splitlines()
        different = sum(one != other for one, other in zip(lines, kept, strict=False)) + abs(len(lines) - len(kept))
        print(f"{len(lines)} answers, {different} differ from those kept")
        return 1 if different else 0
    ANSWERS.write_bytes(packed(lines))
    print(f"{len(lines)} answers in {ANSWERS.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
