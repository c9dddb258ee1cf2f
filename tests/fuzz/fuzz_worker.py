"""Checks files in a process of its own: `fuzz_worker.py SEED FIRST COUNT KIND`, a line of JSON for each trouble.

The kind is `broken` (changed files of the examples and tests) or `made` (by hypothesis, which also shrinks them).
"""

import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator

from fuzz_documents import pipelines
from fuzz_inputs import Case, broken, corpus
from hypothesis import HealthCheck, Phase, given, seed, settings

from yamlflow.app.compile import compile_file, validate_file
from yamlflow.app.layer import Layer
from yamlflow.app.severities import settle
from yamlflow.app.workspace import Workspace
from yamlflow.diagnostics import Diagnostic, Sink
from yamlflow.diagnostics.formats import FORMATS, Terminal, create
from yamlflow.diagnostics.report import Report

MOST_SECONDS = 2
MOST_BYTES = 300 * 2**20
_KILLED_AFTER = 30  # seconds of the processor; other processes may need it too
_HANGS_AFTER = 600
_TRIES = 300


def check(case: Case, rng: random.Random) -> str:
    """Return what is wrong with how a case is checked, "" if nothing is; a busy machine is given a second chance."""
    trouble = _check(case, rng)
    return _check(case, rng) if trouble.startswith("took") else trouble


def _check(case: Case, rng: random.Random) -> str:
    for name, data in case.files.items():
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "wb") as file:
            file.write(data)
    before = time.process_time()
    try:
        sink = Sink()
        workspace = Workspace(Layer(env={"HOME": "/nowhere"}))
        validate_file(case.entry, workspace, sink, given=True)
        settle(case.entry, sink, workspace)
        found = sink.sorted()
        for name in ("text", rng.choice([*FORMATS])):
            create(name, Terminal(rng.choice((20, 80)), colors=False)).write(Report(found, 1), io.StringIO())
        if not sink.failed:
            compile_file(case.entry, {})
    except MemoryError:
        return "more memory than allowed"
    except Exception:
        return traceback.format_exc(limit=-4)
    seconds = time.process_time() - before
    if seconds > MOST_SECONDS:
        return f"took {seconds:.1f} s"
    return next((f"no place in its file: {item}" for item in found if not _is_placed(item)), "")


def _is_placed(item: Diagnostic) -> bool:
    spans = [item.span, *(related.span for related in item.related)]
    for span in spans:
        if span is not None:
            line = span.source.line(span.line)
            inside = 0 <= span.start <= span.end <= len(span.source.text) and 1 <= span.column <= len(line) + 2
            if not inside or not span.source.name:
                return False
    return item.span is not None or bool(item.path)


def _kind(trouble: str) -> str:
    return trouble.strip().splitlines()[-1].split(":")[0] if trouble else ""


def shrink(case: Case, trouble: str, rng: random.Random) -> Case:
    """Return a smaller case with the same kind of trouble."""
    best, step = case, max(1, len(case.files[case.broken]) // 2)
    tries = 0
    while step and tries < _TRIES:
        data, at = best.files[best.broken], 0
        while at < len(data) and tries < _TRIES:
            tries += 1
            smaller = best._replace(files={**best.files, best.broken: data[:at] + data[at + step :]})
            if _kind(check(smaller, rng)) == _kind(trouble):
                best, data = smaller, smaller.files[best.broken]
            else:
                at += step
        step //= 2
    return best


def _limit(*, on: bool) -> None:
    """Have the process end by a signal when an input takes far too long."""
    signal.setitimer(signal.ITIMER_PROF, _KILLED_AFTER if on else 0)
    signal.alarm(_HANGS_AFTER if on else 0)


def run(start: int, first: int, count: int) -> Iterator[dict[str, object]]:
    """Check `count` inputs and yield the troubles."""
    cases = corpus()
    for number in range(first, first + count):
        rng = random.Random(f"{start}:{number}")
        case = broken(rng.choice(cases), cases, rng)
        print(json.dumps({"at": number}), flush=True)  # should this process be killed, it is known where
        _limit(on=True)
        trouble = check(case, rng)
        _limit(on=False)
        if trouble:
            smallest = case if trouble.startswith(("more", "took")) else shrink(case, trouble, rng)
            text = smallest.files[smallest.broken].decode(errors="backslashreplace")
            yield {"number": number, "trouble": trouble, "file": smallest.broken, "entry": case.entry, "text": text}


class _TroubleError(Exception):
    """What hypothesis shrinks."""


def run_made(start: int, first: int, count: int) -> Iterator[dict[str, object]]:
    """Check `count` files that hypothesis makes and yield the troubles, at last the one that it made smaller."""
    number, slow, last = first, [], {}

    @seed(start * 1_000_003 + first)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(pipelines())
    def examine(data: bytes) -> None:
        nonlocal number, last
        print(json.dumps({"at": number, "text": data.decode(errors="backslashreplace")}), flush=True)
        _limit(on=True)
        trouble = check(Case({"p.yaml": data}, "p.yaml", "p.yaml"), random.Random(0))
        _limit(on=False)
        number += 1
        if trouble:
            text = data.decode(errors="backslashreplace")
            last = {"number": number, "trouble": trouble, "file": "p.yaml", "entry": "p.yaml", "text": text}
            if not trouble.startswith(("more", "took")):
                raise _TroubleError(_kind(trouble))
            slow.append(last)

    try:
        examine()
    except _TroubleError:
        slow.append(last)
    yield from slow


def main() -> None:
    """Work in a scratch folder, within the limits."""
    start, first, count = map(int, sys.argv[1:4])
    work = run_made if sys.argv[4] == "made" else run
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for trouble in work(start, first, count):
            print(json.dumps(trouble), flush=True)
        os.chdir("/")


if __name__ == "__main__":
    main()
