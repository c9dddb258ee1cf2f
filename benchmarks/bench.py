"""The figures, as medians of whole processes. `python benchmarks/bench.py [GROUP ...]` prints all groups or some."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import generate

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
YAMLFLOW = os.path.join(os.path.dirname(PYTHON), "yamlflow")


class Figure(NamedTuple):
    """Time and processor time in seconds, memory in kB, of a command and the processes it waits for."""

    seconds: float
    processor: float
    memory: int


class Bench:
    """Times commands in a scratch folder with a store of its own, and prints a line for each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        stores = {"YAMLFLOW_HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "home" / "cache")}
        self.env = {**os.environ, **stores, "NO_COLOR": "1"}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # it would make each process compile all modules anew
        shutil.copytree(ROOT / "examples", folder / "examples")

    def fresh(self) -> None:
        """Forget what yamlflow stored."""
        shutil.rmtree(self.folder / "home", ignore_errors=True)

    def once(self, *command: str) -> Figure:
        """Run a command to its end, which must be a good one."""
        with open(self.folder / "stderr", "w+b") as errors:
            begin = time.perf_counter()
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                errors.seek(0)
                raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {errors.read().decode()}")
        return Figure(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)

    def time(self, runs: int, *command: str, before: Callable[[], None] = lambda: None) -> Figure:
        """Return the median of some runs, after one that does not count."""
        figures = []
        for _ in range(runs + 1):
            before()
            figures.append(self.once(*command))
        seconds, processor, memory = zip(*figures[1:], strict=True)
        return Figure(median(seconds), median(processor), max(memory))

    def write(self, shape: str, count: int) -> str:
        """Write a generated pipeline; return its name."""
        name = f"{shape}-{count}.yaml"
        (self.folder / name).write_text(generate.SHAPES[shape](count))
        return name


def show(what: str, figure: Figure, bar: str = "") -> None:
    """Print one line of the table."""
    times = f"{figure.seconds * 1000:>9.1f} ms{figure.processor * 1000:>9.1f} ms"
    # A new process begins as a copy of this one, so less than what this one has cannot be told.
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = f"{figure.memory / 1024:>7.0f} MB" if figure.memory > floor else f"{'-':>10}"
    print(f"{what:<40}{times}{memory}   {bar}".rstrip(), flush=True)


def start(bench: Bench) -> None:
    """What comes before anything else."""
    show("python -c pass", bench.time(20, PYTHON, "-c", "pass"))
    show("yamlflow --version", bench.time(20, YAMLFLOW, "--version"), "<= 30 ms")


def validate(bench: Bench) -> None:
    """One plain file, never seen and seen before; then a large one."""
    calc = "examples/calc/pipeline.yaml"
    show("python -c 'import yaml'", bench.time(20, PYTHON, "-c", "import yaml"))
    show("yamlflow validate calc, first", bench.time(20, YAMLFLOW, "validate", calc, before=bench.fresh), "<= 80 ms")
    show("yamlflow validate calc, unchanged", bench.time(20, YAMLFLOW, "validate", calc), "<= 35 ms")
    large = bench.write("mixed", 1000)
    show("yamlflow validate, 1000 tasks", bench.time(3, YAMLFLOW, "validate", large, before=bench.fresh), "<= 400 ms")
    many = bench.folder / "many"
    many.mkdir()
    for number in range(1000):
        (many / f"{number}.yaml").write_text(generate.SHAPES["mixed"](10))
    bar = f"<= {5000 / (os.cpu_count() or 1):.0f} ms"
    show("yamlflow validate, 1000 files, first", bench.time(1, YAMLFLOW, "validate", "many", before=bench.fresh), bar)
    show("yamlflow validate, 1000 files, unchanged", bench.time(5, YAMLFLOW, "validate", "many"), "<= 1000 ms")


def render(bench: Bench) -> None:
    """Generated pipelines; time and memory must grow with the number of tasks, and no faster."""
    for count, runs, bar in ((100, 10, ""), (1000, 5, "<= 500 ms"), (10000, 1, "<= 4000 ms")):
        figure = bench.time(runs, YAMLFLOW, "render", bench.write("mixed", count), before=bench.fresh)
        show(f"yamlflow render, {count} tasks", figure, bar)


def components(bench: Bench) -> None:
    """A pipeline with 200 references to 50 component files."""
    for number in range(50):
        (bench.folder / f"component-{number}.yaml").write_text(generate.component(number))
    name = bench.write("references", 200)
    for command in (["validate", name], ["render", name, "--out", "rendered.yaml"]):
        figure = bench.time(10, YAMLFLOW, *command, before=bench.fresh)
        show(f"yamlflow {command[0]}, 200 references to 50", figure, "<= 250 ms")


def run(bench: Bench) -> None:
    """The local engine beside what a shell does with the same programs."""
    cores = str(os.cpu_count())
    loop = "i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done"
    spread = f"seq 200 | xargs -P {cores} -n 1 /bin/true"
    show("yamlflow run, hello-world", bench.time(10, YAMLFLOW, "run", bench.write("hello-world", 1)), "<= 190 ms")
    show("sh, a loop of 100 true", bench.time(10, "sh", "-c", loop))
    show("yamlflow run, a chain of 100 true", bench.time(5, YAMLFLOW, "run", bench.write("chain", 100)), "<= 667 ms")
    show(f"xargs -P {cores}, 200 true", bench.time(10, "sh", "-c", spread))
    show(
        "yamlflow run, a fan-out of 200 true", bench.time(5, YAMLFLOW, "run", bench.write("fan-out", 200)), "<= 1333 ms"
    )


def submit(bench: Bench) -> None:
    """A submission to the Argo Server of the tests, and what of it is the import of the client."""
    sys.path.insert(0, str(ROOT / "tests" / "targets"))
    from replay_server import ReplayServer

    server = ReplayServer()
    bench.env |= server.env()
    hello = bench.write("hello-world", 1)
    show("python -c 'import urllib3'", bench.time(20, PYTHON, "-c", "import urllib3"))
    show("python -c 'import argo_workflows'", bench.time(20, PYTHON, "-c", "import argo_workflows"))
    show("yamlflow list, target argo", bench.time(20, YAMLFLOW, "list"))
    show("yamlflow submit, hello-world, target argo", bench.time(20, YAMLFLOW, "submit", hello))
    show("yamlflow submit --wait, hello-world, target argo", bench.time(20, YAMLFLOW, "submit", hello, "--wait"))
    for name in server.env():
        del bench.env[name]
    server.close()
    show("yamlflow submit, hello-world, target local", bench.time(20, YAMLFLOW, "submit", hello))


GROUPS = {
    "start": start,
    "validate": validate,
    "render": render,
    "components": components,
    "run": run,
    "submit": submit,
}


def main() -> None:
    load = os.getloadavg()[0]
    print(f"medians of whole processes on {os.cpu_count()} cores; load before: {load:.1f}")
    print(f"{'':<40}{'time':>12}{'processor':>12}{'memory':>10}   bar")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for name in sys.argv[1:] or GROUPS:
            GROUPS[name](bench)
        bench.once(YAMLFLOW, "delete", "--all", "--yes")  # some may still run


if __name__ == "__main__":
    main()
