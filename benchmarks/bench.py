"""The figures, as medians of whole processes: `python benchmarks/bench.py [--quick] [GROUP ...]` prints all or some.

With `--quick` there are fewer repetitions, and what is largest is left out.
"""

import os
import sys
import tempfile
from pathlib import Path

import generate
from engine import finished, loops, run, watch
from measure import PYTHON, ROOT, YAMLFLOW, Bench, show


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
    for count, runs, bar in ((100, 10, ""), (1000, 5, "<= 500 ms"), (10000, 1, "<= 4000 ms"))[
        : 2 if bench.quick else 3
    ]:
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
    "loops": loops,
    "finished": finished,
    "watch": watch,
    "submit": submit,
}


def main() -> None:
    load = os.getloadavg()[0]
    print(f"medians of whole processes on {os.cpu_count()} cores; load before: {load:.1f}")
    print(f"{'':<46}{'time':>12}{'processor':>12}{'memory':>10}   bar")
    chosen = [name for name in sys.argv[1:] if name != "--quick"]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), quick="--quick" in sys.argv)
        for name in chosen or GROUPS:
            GROUPS[name](bench)
        bench.once(YAMLFLOW, "delete", "--all", "--yes")  # some may still run


if __name__ == "__main__":
    main()
