"""Inputs for the fuzzer: small folders of good and bad files, one file of each broken in some way."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
TESTS = ROOT / "tests"
_LARGEST = 20_000
_PIECES = (
    *("", " ", "\n", "\t", "\r\n", "\r", "\x85", "\u2028", "\ufeff", "\0", "\x1b", "é", "漢", "😀", "\u202e", "\xa0"),
    *("- ", "-", ": ", ":", "? ", ", ", "{", "}", "[", "]", "{}", "[]", '"', "'", "`", "@", "%", "#", " #", "|", ">"),
    *("&a ", "*a", "<<: *a", "<<: ", "!x ", "!!int ", "!!str", "---\n", "...\n", "%YAML 1.1\n", "~", "null", "true"),
    *("no", "012", "1e999", ".nan", "-1", "99999999999999999999999", "12:30", "2024-01-01", "0x", "''", '""'),
    *("${{ ", " }}", "${{ }}", "${{ tasks.a.outputs.b }}", "${{ inputs.a", "${{ item }}", "{{ ", "{% ", " %}", "{# "),
    *("{{inputs.parameters.a}}", "{{=", "{% for i in range(9) %}", "{% endfor %}", "{{ values.a.b }}", "\\", "\\u"),
    *("def f(a: int = g()):", "(", ")", "lambda: 0", "# yamlflow: ignore[cycle]", "<<<<<<< a\n", "name", "tasks: {}\n"),
)


class Case(NamedTuple):
    """Files by name, which of them is checked, and which one is to be broken."""

    files: dict[str, bytes]
    entry: str
    broken: str


def corpus() -> list[Case]:
    """Return all files worth breaking, each in the company that it needs."""
    return [Case(files, entry, broken) for files, entry in _folders() for broken in files]


def _folders() -> Iterator[tuple[dict[str, bytes], str]]:
    for folder in sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir()):
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in (".yaml", ".j2", ".py", ".json") and ".yamlflow" not in path.parts
        }
        yield files, next(name for name in files if name in ("pipeline.yaml", "pipeline.yaml.j2"))
    for pattern in ("golden/validate/*.yaml", "render/pairs/*.yaml", "argo/bad/*.yaml", "source/golden/*.yaml"):
        for path in sorted(TESTS.glob(pattern)):
            yield {path.name: path.read_bytes()}, path.name
    for path in sorted((TESTS / "project" / "golden").glob("*.yaml")):
        yield {"yamlflow.yaml": path.read_bytes(), "p.yaml": b"name: p\ntasks: {a: {run: x, image: y}}\n"}, "p.yaml"
    for path in sorted((TESTS / "templating" / "golden").glob("*.yaml.j2")):
        values = path.with_name(path.name.replace(".yaml.j2", ".values.yaml"))
        project = b"values: " + (b"[./v.yaml]" if values.exists() else b"{a: 1}") + b"\n"
        files = {path.name: path.read_bytes(), "yamlflow.yaml": project}
        yield files | ({"v.yaml": values.read_bytes()} if values.exists() else {}), path.name
    for path in sorted((TESTS / "components" / "good").glob("*.yaml")):
        yield {path.name: path.read_bytes()}, path.name
        call = f"name: p\ntasks: {{a: {{component: ./{path.name}}}}}\n".encode()
        yield {"p.yaml": call, path.name: path.read_bytes()}, "p.yaml"
    samples = (TESTS / "components" / "samples.py").read_bytes()
    for name in (b"add", b"annotated", b"inner_annotations", b"files"):
        yield {"p.yaml": b"name: p\ntasks: {a: {component: ./f.py:" + name + b"}}\n", "f.py": samples}, "p.yaml"


def broken(case: Case, others: list[Case], rng: random.Random) -> Case:
    """Return the case with one of its files broken."""
    data = case.files[case.broken]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        other = rng.choice(others)
        data = rng.choice(_MUTATIONS)(data, other.files[other.broken], rng)[:_LARGEST]
    return case._replace(files={**case.files, case.broken: data})


def _text(data: bytes) -> str:
    return data.decode(errors="surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _stretch(length: int, rng: random.Random, longest: int = 40) -> tuple[int, int]:
    start = rng.randint(0, length)
    return start, min(length, start + rng.randint(0, longest))


def _remove(data: bytes, _: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(len(data), rng)
    return data[:start] + data[end:]


def _insert(data: bytes, _: bytes, rng: random.Random) -> bytes:
    text = _text(data)
    start = rng.randint(0, len(text))
    return _bytes(text[:start] + rng.choice(_PIECES) + text[start:])


def _replace(data: bytes, _: bytes, rng: random.Random) -> bytes:
    text = _text(data)
    start, end = _stretch(len(text), rng, 12)
    return _bytes(text[:start] + rng.choice(_PIECES) + text[end:])


def _flip(data: bytes, _: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, max(0, len(data) - 1))
    return data[:at] + bytes([rng.randint(0, 255)]) + data[at + 1 :]


def _cut(data: bytes, _: bytes, rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def _splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(len(other), rng, 200)
    at = rng.randint(0, len(data))
    return data[:at] + other[start:end] + data[at:]


def _repeat(data: bytes, _: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(len(data), rng, 60)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50, 500)) + data[end:]


def _on_lines(change: Callable[[list[bytes], random.Random], None]) -> "Mutation":
    def mutation(data: bytes, _: bytes, rng: random.Random) -> bytes:
        lines = data.split(b"\n")
        change(lines, rng)
        return b"\n".join(lines)

    return mutation


def _indent(lines: list[bytes], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    lines[at] = rng.choice((b" ", b"  ", b"\t", b"   - ")) + lines[at]


def _dedent(lines: list[bytes], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    lines[at] = lines[at][rng.choice((1, 2, 4)) :]


def _drop(lines: list[bytes], rng: random.Random) -> None:
    del lines[rng.randrange(len(lines))]


def _swap(lines: list[bytes], rng: random.Random) -> None:
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]


def _value(lines: list[bytes], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    key, colon, _ = lines[at].partition(b": ")
    lines[at] = key + (colon or b": ") + _bytes(rng.choice(_PIECES))


def _deep(lines: list[bytes], rng: random.Random) -> None:
    at, times = rng.randrange(len(lines)), rng.choice((3, 30, 300, 3000))
    sign = rng.choice((b"[", b"{a: ", b"- ", b"(", b"${{ ", b"!", b"-", b"a.", b"not ", b"1+"))
    lines[at] += b" " + sign * times


def _breaks(data: bytes, _: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\xc2\x85", b"\n\n", b" ")))


Mutation = Callable[[bytes, bytes, random.Random], bytes]
_LINES = (_indent, _dedent, _drop, _swap, _value, _deep)
_MUTATIONS: tuple[Mutation, ...] = (
    *(_remove, _insert, _insert, _insert, _replace, _replace, _flip, _cut, _splice, _repeat, _breaks),
    *(_on_lines(change) for change in _LINES),
)
