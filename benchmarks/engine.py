"""The figures of the local engine."""

import os
import re
import subprocess
import time
from statistics import median

import generate
from finished import make_finished
from measure import YAMLFLOW, Bench, Figure, show


def run(bench: Bench) -> None:
    """The local engine beside what a shell does with the same programs."""
    cores = str(os.cpu_count())
    loop = "i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done"
    spread = f"seq 200 | xargs -P {cores} -n 1 /bin/true"
    hello = bench.time(10, YAMLFLOW, "run", bench.write("hello-world", 1))
    show("yamlflow run, hello-world", hello, "<= 190 ms")
    show("sh, a loop of 100 true", bench.time(10, "sh", "-c", loop))
    show(f"xargs -P {cores}, 200 true", bench.time(10, "sh", "-c", spread))
    for shape, whole, what in (("chain", 500, "a chain"), ("fan-out", 2000, "a fan-out")):
        count = whole // 5 if bench.quick else whole
        for options, bar in (((), 150), (("--no-sandbox",), 300)):
            figure = bench.time(1, YAMLFLOW, "run", *options, bench.write(shape, count))
            words = " ".join(["yamlflow run,", f"{what} of {count} true", *options])
            show(words, figure, f"<= {count / bar * 1000:.0f} ms", _rate(figure, hello, count))


def _rate(figure: Figure, hello: Figure, count: int) -> str:
    """Return tasks in a second, and processor time for each; the start of all is left out."""
    seconds, processor = figure.seconds - hello.seconds, figure.processor - hello.processor
    return f"{count / seconds:.0f}/s, {processor / count * 1000:.1f} ms each"


def loops(bench: Bench) -> None:
    """What a task of a loop costs must not depend on how many there are."""
    hello = bench.time(5, YAMLFLOW, "run", bench.write("hello-world", 1))
    for count in (100, 1000) if bench.quick else (100, 1000, 10000):
        bench.fresh()
        figure = bench.once(YAMLFLOW, "run", bench.write("loop", count))
        size = sum(path.stat().st_size for path in bench.home.glob("store.db*")) / count / 1024
        more = f"{_rate(figure, hello, count)}, {size:.1f} kB each in the store"
        show(f"yamlflow run, a loop of {count}", figure, "<= 60 MB" if count == 10000 else "", more)


def finished(bench: Bench) -> None:
    """A large run of which all but the last task is over: what it takes to go on, and to look at it."""
    count = 1000 if bench.quick else 10000
    bench.fresh()
    make_finished(str(bench.home), "large", count)
    recovered = bench.once(YAMLFLOW, "recover", "large")
    show(f"yamlflow recover and the last task, {count} nodes", recovered)
    for command in (["list"], ["get", "large"], ["get", "large", "-o", "json"], ["logs", "large"]):
        show(f"yamlflow {' '.join(command)}, {count} nodes", bench.time(3, YAMLFLOW, *command))
    show(f"yamlflow delete, {count} nodes", bench.once(YAMLFLOW, "delete", "large"))


def watch(bench: Bench) -> None:
    """From a save to what is said about it, and to the run that comes of it; from a start to the first process."""
    name = bench.write("hello-world", 1)
    path = bench.folder / "stamp.yaml"
    path.write_text(generate.hello_world().replace("[echo], args: [hello world]", "[date, +%s.%N]"))
    began = []
    for _ in range(3 if bench.quick else 11):
        now = time.time()
        bench.once(YAMLFLOW, "run", path.name)
        stamps = re.findall(r"(\d{9,}\.\d+)", bench.output)
        began.append(float(stamps[-1]) - now)
    print(f"{'yamlflow run, until its first process':<46}{median(began) * 1000:>9.1f} ms", flush=True)
    for options, sign, bar in (((), ": valid", 100), (("--run",), "namespace ", 300)):
        seconds = _saves(bench, name, options, sign)
        words = " ".join(["yamlflow watch", *options, "after a save"])
        print(f"{words:<46}{seconds * 1000:>9.1f} ms{'':>25}<= {bar} ms", flush=True)


def _saves(bench: Bench, name: str, options: tuple[str, ...], sign: str) -> float:
    """Save a watched file again and again; return how long it takes until a line with the sign comes."""
    path = bench.folder / name
    took = []
    command = [YAMLFLOW, "watch", name, *options]
    process = subprocess.Popen(
        command, cwd=bench.folder, env=bench.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    lines = process.stdout
    assert lines is not None
    saved = 0.0
    for number in range(5 if bench.quick else 12):
        while sign not in (line := lines.readline()):
            assert line, "the watch ended"
        took.append(time.perf_counter() - saved)
        time.sleep(0.5)
        path.write_text(generate.hello_world() + f"# {number}\n")
        saved = time.perf_counter()
    process.terminate()
    process.wait()
    return median(took[1:])
