"""Each example is valid, renders to the manifest beside it, and runs to the phase that is expected here."""

import json
import os
import shutil
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

WRITTEN = "127.0.0.1:8000"
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


class Run(NamedTuple):
    """One run of an example: its parameters and its profile, and what must come of it."""

    example: str
    parameters: dict[str, str]
    lines: set[str]
    phase: str = "Succeeded"
    outputs: dict[str, str] | None = None
    skipped: frozenset[str] = frozenset()
    omitted: frozenset[str] = frozenset()
    profile: str = ""
    secrets: bool = False
    served: bool = False
    along: str = ""
    answer: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        return EXAMPLES / self.example

    @property
    def file(self) -> str:
        return next(path.name for path in self.folder.iterdir() if path.name in ("pipeline.yaml", "pipeline.yaml.j2"))

    @property
    def options(self) -> list[str]:
        return ["--profile", self.profile] if self.profile else []


RUNS = [
    Run("hello", {}, {"Hello, world!"}),
    Run("hello", {"who": "$(id); `id`; '\"you"}, {"Hello, $(id); `id`; '\"you!"}),
    Run("hello-python", {"who": "you"}, {"Hello, you!"}, outputs={"greeting": "Hello, you!"}),
    Run(
        "calc",
        {},
        {"10.0 + 4.0 = 14.0", "14.0 / 4.0 = 3, remainder 2.0", "3.0 + 17.0 = 20.0"},
        outputs={"total": "20.0", "remainder": "2.0"},
    ),
    Run("calc", {"a": "1", "b": "0.5", "c": "-1e1"}, {"10.0 + -10.0 = 0.0"}, outputs={"total": "0.0"}),
    Run("flip-coin", {}, set()),
    Run("random-int", {}, set()),
    Run("random-int", {"low": "7", "high": "7"}, {"7 is small"}, skipped=frozenset({"medium", "large"})),
    Run("random-int", {"low": "20", "high": "20"}, {"20 is medium"}, outputs={"number": "20"}),
    Run("random-int", {"low": "21", "high": "21"}, {"21 is large"}, skipped=frozenset({"small", "medium"})),
    Run(
        "taxi-train",
        {},
        {
            "200 trips",
            "160 rows to learn from, 40 to test with",
            "fare = 3.33 + 2.26 miles + 0.29 minutes",
            "accepted: ",
        },
        outputs={},
    ),
    Run("taxi-train", {"good-enough": "0.1"}, {"off by 0.37 on 40 rows"}, skipped=frozenset({"accept"})),
    Run(
        "gcs-download",
        {},
        {"87 bytes of gs://my-bucket/tables/planets.csv", "Mercury,0"},
        outputs={"rows": "8"},
        served=True,
    ),
    Run(
        "recommender-update",
        {},
        {"read 40 events of views", "learned 4 items for recommender", "who looked at 0 also looked at 4"},
        secrets=True,
    ),
    Run("flip-coin", {"coin": "heads"}, {"The coin shows heads"}, skipped=frozenset({"tails"})),
    Run("flip-coin", {"coin": "tails"}, {"The coin shows tails"}, skipped=frozenset({"heads"})),
    Run(
        "download-join",
        {},
        {"To be or not to be", "that is the question"},
        outputs={"joined": "To be or not to be\nthat is the question"},
    ),
    Run(
        "exit-handler",
        {},
        {"working, and about to fail", "the work failed; cleaning up", "the run ended: Failed"},
        phase="Failed",
        omitted=frozenset({"publish"}),
    ),
    Run(
        "exit-handler",
        {"outcome": "succeed"},
        {"working, and about to succeed", "published", "the run ended: Succeeded"},
        skipped=frozenset({"clean-up"}),
    ),
    Run(
        "train-profiles", {}, {"wrote 20 points", "the best of 2 rates is 0.5"}, outputs={"rate": "0.5"}, profile="dev"
    ),
    Run("train-profiles", {"epochs": "1"}, {"wrote 200 points", "the best of 3 rates is 0.5"}, profile="prod"),
    Run(
        "foreach",
        {},
        {"6 words in 3 parts", "more than 3 times - the"},
        skipped=frozenset({"warn(1:most:3,word:dog)"}),
    ),
    Run("foreach", {"text": "", "parts": "1"}, {"0 words in 0 parts"}),
    Run("volumes", {}, {"fetched 1000 lines", "the first is 1000"}, outputs={"lines": "1000"}),
    Run(
        "nested-conditions",
        {},
        {"to pay: 225"},
        outputs={"price": "225"},
        skipped=frozenset({"welcome", "new", "large"}),
    ),
    Run("nested-conditions", {"amount": "2000"}, {"to pay: 1600"}, skipped=frozenset({"middling"})),
    Run("nested-conditions", {"amount": "9"}, {"to pay: 9"}, skipped=frozenset({"large", "middling"})),
    Run(
        "nested-conditions",
        {"customer": "new"},
        {"to pay: 238", "your first order costs 238"},
        skipped=frozenset({"known"}),
    ),
    Run("retry-timeout", {"fails": "1"}, {"attempt 0", "attempt 1", "the slow one: Failed"}),
    Run(
        "approval",
        {},
        {"registry.example.com/shop:1.5.0, 3 times", "it is out"},
        answer=("approve", "-p", "replicas=3"),
    ),
    Run("approval", {}, {"nothing was rolled out"}, skipped=frozenset({"roll-out", "announce"}), answer=("reject",)),
    Run("cron", {"table": "items"}, {"items: 5 rows"}, skipped=frozenset({"alert"})),
    Run("mutex-semaphore", {}, {"copied people", "the schema is ours", "started"}, along="limits.yaml"),
    Run("sub-pipelines", {}, {"on average 14.0 degrees"}, outputs={"mean": "14.0"}),
    Run(
        "train-evaluate-deploy",
        {},
        {"learned from 240 flowers", "1 of registry.example.com/flowers in dev", "dev Succeeded, accuracy 0.8"},
        skipped=frozenset({"keep-old"}),
        profile="dev",
    ),
    Run(
        "train-evaluate-deploy",
        {"good-enough": "1"},
        {"is not good enough; the old model stays", "prod Succeeded, accuracy 0.8"},
        skipped=frozenset({"deploy"}),
        profile="prod",
    ),
    Run("kfp-migration", {}, {"shop-1 sold 90", "shop-2 sold 90", "the sales are in: Succeeded"}),
    Run("kfp-migration", {"shops": "3", "enough": "100"}, {"the sales are in: Succeeded"}),
    Run("train-evaluate-deploy", {}, {"/flowers in prod"}, profile="prod", answer=("approve",)),
]
# What needs a cluster is only rendered.
NOT_RUN = [Run("gpu", {}, set())]
# One run for each manifest that is kept.
RENDERED = list({(run.example, run.profile): run for run in [*RUNS, *NOT_RUN]}.values())


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        return


@contextmanager
def _server(folder: Path):
    """Serve a folder on a free port; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Place(NamedTuple):
    """Where an example is tried: its folder, and the address that stands in for the written one."""

    folder: Path
    address: str

    def as_written(self, text: str) -> str:
        return text.replace(self.address, WRITTEN)


@pytest.fixture
def place(run, tmp_path):
    """The folder of an example; one that is served is copied, with the address of a server on a free port."""
    if not run.served:
        yield Place(run.folder, WRITTEN)
        return
    with _server(run.folder / "stand-in") as address:
        copy = shutil.copytree(run.folder, tmp_path / run.example)
        for name in ("yamlflow.yaml", "yamlflow.lock"):
            (copy / name).write_text((copy / name).read_text().replace(WRITTEN, address))
        yield Place(copy, address)


def test_every_example_is_run() -> None:
    assert {run.example for run in RENDERED} == {path.parent.name for path in EXAMPLES.glob("*/pipeline.yaml*")}


def test_imported(yamlflow, tmp_path) -> None:
    folder = EXAMPLES / "kfp-migration"
    assert yamlflow("import", "compiled.yaml", "--out-dir", str(tmp_path), cwd=folder).returncode == 0
    made = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.yaml")}
    assert len(made) == 5
    if os.environ.get("UPDATE_GOLDEN"):
        for path, text in made.items():
            (folder / path).write_text(text)
    assert {path: (folder / path).read_text() for path in made} == made


@pytest.mark.parametrize("run", RENDERED, ids=lambda run: f"{run.example}{run.profile}")
def test_valid(run, place, yamlflow) -> None:
    done = yamlflow("validate", run.file, *run.options, cwd=place.folder)
    assert (done.stdout, done.stderr, done.returncode) == ("1 file is valid\n", "", 0)


@pytest.mark.parametrize("run", RENDERED, ids=lambda run: f"{run.example}{run.profile}")
def test_rendered(run, place, yamlflow) -> None:
    done = yamlflow("render", run.file, *run.options, cwd=place.folder)
    assert (done.stderr, done.returncode) == ("", 0)
    golden = run.folder / ("pipeline.prod.rendered.yaml" if run.profile == "prod" else "pipeline.rendered.yaml")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(place.as_written(done.stdout))
    assert place.as_written(done.stdout) == golden.read_text()


def _answer(command, verb: str, *options: str) -> None:
    """Answer the question of a run as soon as it asks."""
    for _ in range(100):
        if command(verb, "@latest", "ask", *options).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(command("get", "@latest").stdout)


@pytest.mark.parametrize(
    "run", RUNS, ids=lambda run: "-".join([run.example + run.profile, *run.answer[:1], *run.parameters.values()])[:30]
)
def test_run(run, place, yamlflow, tmp_path) -> None:
    options = [option for name, value in run.parameters.items() for option in ("-p", f"{name}={value}")]
    if run.secrets:
        secrets = tmp_path / "secrets.yaml"
        secrets.write_text((run.folder / "secrets.example.yaml").read_text())
        secrets.chmod(0o600)
        options += ["--secrets-file", str(secrets)]
    if run.along:
        options += ["--with", run.along]
    command = partial(yamlflow, cwd=place.folder)
    done = command("submit" if run.answer else "run", run.file, *options, *run.options)
    assert "Traceback" not in done.stderr
    if run.answer:
        _answer(command, *run.answer)
        done = command("wait", "@latest")
    assert done.returncode == (0 if run.phase == "Succeeded" else 1), done.stdout + done.stderr

    status = json.loads(command("get", "@latest", "-o", "json").stdout)["status"]
    assert status["phase"] == run.phase
    outputs = {item["name"]: item["value"] for item in status.get("outputs", {}).get("parameters", [])}
    assert outputs.items() >= (run.outputs or {}).items()
    phases = {"Skipped": set(), "Omitted": set()}
    for node in status["nodes"].values():
        phases.setdefault(node["phase"], set()).add(node["displayName"])
    assert phases["Skipped"] >= run.skipped
    assert phases["Omitted"] == run.omitted

    printed = command("logs", "@latest").stdout
    assert [line for line in run.lines if line not in printed] == []
