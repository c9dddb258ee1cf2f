"""A verdict is taken from the cache only as long as nothing that it depends on has changed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PIPELINE = """\
name: sum
components: {say: ./say.yaml}
tasks:
  one: {component: say, arguments: {text: hello}}
"""
COMPONENT = """\
name: say
inputs: [{name: text, type: String}]
implementation: {container: {image: "alpine:3.20", command: [echo, {inputValue: text}]}}
"""
PYTHON = """\
def say(text: str) -> str:
    return text
"""
TEMPLATE = """\
name: sum
tasks:
  one: {image: "alpine:3.20", run: "echo {{ values.word }} {{ env('WORD', 'none') }}"}
{% include 'more.j2' ignore missing %}
"""
BAD = "  two: {image: 'alpine:3.20', runs: echo}\n"
NEEDLESS = {"yaml", "jinja2", "ast", *(f"yamlflow.{name}" for name in ("pipeline", "expressions", "components"))}
NEEDLESS |= {"yamlflow.source.builder", "yamlflow.checks", "yamlflow.app.compile", "hashlib", "pickle"}
HEAVY = {"jinja2", "jsonschema", "rich", "argo_workflows", "kubernetes", "watchdog", "multiprocessing", "dataclasses"}
SCRIPT = "import sys, yamlflow.cli; yamlflow.cli.main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


class Folder:
    """A folder of files in which `validate` is run."""

    def __init__(self, path: Path, env: dict[str, str]) -> None:
        self.path = path
        self.env = env
        path.mkdir()

    def write(self, **texts: str) -> None:
        """Write files; `_` stands for a dot."""
        for name, text in texts.items():
            (self.path / name.replace("_", ".")).write_text(text)

    def validate(self, *arguments: str) -> tuple[str, set[str]]:
        """Return what `validate` prints, and which modules it loads."""
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, "validate", *arguments],
            cwd=self.path,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        *errors, modules = done.stderr.splitlines()
        assert errors == []
        return done.stdout, set(modules.split())

    def settle(self, *arguments: str) -> str:
        """Run `validate` until the verdict is kept, and return what it prints."""
        first, _ = self.validate(*arguments)
        again, modules = self.validate(*arguments)
        assert again == first
        assert modules & NEEDLESS == set()
        return first

    @property
    def entries(self) -> list[Path]:
        """The files of the cache of the user and of the project."""
        return sorted([*Path(self.env["XDG_CACHE_HOME"]).rglob("*.verdict"), *self.path.rglob("*.verdict")])


@pytest.fixture
def folder(tmp_path, user_env) -> Folder:
    return Folder(tmp_path / "files", user_env)


def test_plain_file_loads_little(folder) -> None:
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT)
    text, modules = folder.validate("p.yaml")
    assert text == "1 file is valid\n"
    assert modules & HEAVY == set()


def test_findings_come_back_with_their_places(folder) -> None:
    folder.write(p_yaml=PIPELINE.replace("text:", "txet:"), say_yaml=COMPONENT)
    assert "p.yaml:4:" in folder.settle("p.yaml")
    for form in ("json", "text"):
        folder.env["YAMLFLOW_CACHE"] = "off"
        fresh, modules = folder.validate("p.yaml", "-o", form)
        assert "yaml" in modules
        del folder.env["YAMLFLOW_CACHE"]
        assert folder.settle("p.yaml", "-o", form) == fresh


@pytest.mark.parametrize(
    "change",
    [
        {"p_yaml": PIPELINE + BAD},
        {"say_yaml": COMPONENT.replace("name: text", "name: word")},
        {"yamlflow_yaml": "defaults: {retry: {limits: 2}}\n"},
    ],
)
def test_each_file_counts(folder, change) -> None:
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT)
    assert folder.settle("p.yaml") == "1 file is valid\n"
    folder.write(**change)
    assert "error" in folder.validate("p.yaml")[0]
    for name in change:
        (folder.path / name.replace("_", ".")).unlink()
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT)
    assert folder.settle("p.yaml") == "1 file is valid\n"


def test_python_sources_count(folder) -> None:
    folder.write(p_yaml=PIPELINE.replace("./say.yaml", "./say.py:say"), say_py=PYTHON)
    assert folder.settle("p.yaml") == "1 file is valid\n"
    folder.write(say_py=PYTHON.replace("text: str", "word: str"))
    assert "error" in folder.validate("p.yaml")[0]


def test_component_appears_and_goes(folder) -> None:
    folder.write(p_yaml=PIPELINE)
    assert "component-not-found" in folder.validate("p.yaml")[0]
    assert "component-not-found" in folder.validate("p.yaml")[0]
    folder.write(say_yaml=COMPONENT)
    assert folder.settle("p.yaml") == "1 file is valid\n"
    (folder.path / "say.yaml").unlink()
    assert "component-not-found" in folder.validate("p.yaml")[0]


def test_what_templates_see_counts(folder) -> None:
    folder.write(p_yaml_j2=TEMPLATE, v_yaml="word: hello\n")
    layer = ("p.yaml.j2", "--values", "v.yaml")
    assert folder.settle(*layer) == "1 file is valid\n"
    folder.write(v_yaml="words: hello\n")
    assert "undefined-name" in folder.validate(*layer)[0]
    assert folder.settle(*layer, "--set", "word=x") == "1 file is valid\n"
    assert "undefined-name" in folder.validate(*layer, "--set", "wort=x")[0]
    folder.env["WORD"] = '"'
    assert "error" in folder.validate(*layer, "--set", "word=x")[0]
    folder.env["WORD"] = "fine"
    assert folder.settle(*layer, "--set", "word=x") == "1 file is valid\n"
    assert "unknown-profile" in folder.validate(*layer, "--profile", "none")[0]
    folder.write(yamlflow_yaml="values: {word: x}\n")
    assert folder.settle("p.yaml.j2") == "1 file is valid\n"
    folder.write(values_schema_json='{"properties": {"word": {"type": "integer"}}}')
    assert "invalid-values" in folder.settle("p.yaml.j2")
    folder.write(values_schema_json="{}")
    assert folder.settle("p.yaml.j2") == "1 file is valid\n"
    (folder.path / "values.schema.json").unlink()
    assert folder.settle("p.yaml.j2") == "1 file is valid\n"
    folder.write(word_txt="x")
    assert folder.settle("p.yaml.j2", "--set-file", "word=word.txt") == "1 file is valid\n"
    folder.write(word_txt='"')
    assert "error" in folder.validate("p.yaml.j2", "--set-file", "word=word.txt")[0]


def test_includes_that_appear_count(folder) -> None:
    folder.write(p_yaml_j2=TEMPLATE)
    given = ("p.yaml.j2", "--set", "word=x")
    os.utime(folder.path)
    assert folder.settle(*given) == "1 file is valid\n"
    folder.write(more_j2=BAD)
    assert "unknown-key" in folder.validate(*given)[0]
    folder.write(more_j2="")
    assert folder.settle(*given) == "1 file is valid\n"


def test_links_count(folder, tmp_path) -> None:
    folder.write(p_yaml_j2=TEMPLATE, more_j2="")
    given = ("p.yaml.j2", "--set", "word=x")
    assert folder.settle(*given) == "1 file is valid\n"
    (folder.path / "more.j2").rename(tmp_path / "more.j2")
    (folder.path / "more.j2").symlink_to(tmp_path / "more.j2")
    assert "template-unsafe" in folder.validate(*given)[0]


def test_cache_of_a_project_lies_in_it_and_out_of_git(folder) -> None:
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT, yamlflow_yaml="namespace: here\n")
    folder.settle("p.yaml")
    assert {entry.parent for entry in folder.entries} == {folder.path / ".yamlflow" / "cache"}
    assert (folder.path / ".yamlflow" / "cache" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 100, None], ids=["empty", "short", "zeros", "byte"])
def test_damaged_entries_are_made_anew(folder, damage) -> None:
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT)
    text = folder.settle("p.yaml")
    (entry,) = folder.entries
    whole = entry.read_bytes()
    entry.write_bytes(whole[:-9] + b"?" + whole[-8:] if damage is None else damage)
    again, modules = folder.validate("p.yaml")
    assert again == text
    assert "yaml" in modules
    assert folder.settle("p.yaml") == text
    assert entry.read_bytes() == whole


def test_secrets_are_not_kept(folder) -> None:
    folder.env["WORD"] = "pa55word"
    folder.write(p_yaml_j2=TEMPLATE + BAD, more_j2="")
    folder.settle("p.yaml.j2", "--set", "word=s3cret")
    assert folder.entries
    assert not any(secret in entry.read_text() for entry in folder.entries for secret in ("pa55word", "s3cret"))


@pytest.mark.parametrize("place", ["file", "unwritable"])
def test_no_place_for_the_cache(folder, tmp_path, place) -> None:
    cache = tmp_path / "cache"
    if place == "file":
        cache.write_text("")
    else:
        cache.mkdir(mode=0o500)
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT)
    assert folder.validate("p.yaml")[0] == folder.validate("p.yaml")[0] == "1 file is valid\n"


def test_off(folder) -> None:
    folder.env["YAMLFLOW_CACHE"] = "off"
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT)
    folder.validate("p.yaml")
    assert folder.entries == []


def test_processes_at_once(folder) -> None:
    folder.write(say_yaml=COMPONENT, **{f"p{number}_yaml": PIPELINE for number in range(10)})
    command = [sys.executable, "-m", "yamlflow", "validate", "."]
    running = [
        subprocess.Popen(command, cwd=folder.path, env=folder.env, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert {process.communicate()[0] for process in running} == {"11 files are valid\n"}
    assert folder.settle(".") == "11 files are valid\n"
    assert len(folder.entries) == 11


def test_many_files_come_in_order(folder) -> None:
    texts = {f"p{number:02}_yaml": PIPELINE + BAD for number in range(30)}
    folder.write(say_yaml=COMPONENT, other_yaml="a: 1\n", **texts)
    folder.env["YAMLFLOW_CACHE"] = "off"
    printed = [folder.validate(name.replace("_", "."))[0].splitlines() for name in texts]
    alone = [line for lines in printed for line in lines[:-1]]
    del folder.env["YAMLFLOW_CACHE"]
    assert folder.settle(".").splitlines()[:-1] == alone


def test_only_so_many_are_kept(folder) -> None:
    folder.write(p_yaml=PIPELINE, say_yaml=COMPONENT)
    cache = Path(folder.env["XDG_CACHE_HOME"]) / "yamlflow"
    cache.mkdir(parents=True)
    for number in range(5000):
        (cache / f"{number:032}.verdict").touch()
        os.utime(cache / f"{number:032}.verdict", (number, number))
    (cache / "mine.txt").touch()
    folder.settle("p.yaml")
    assert len(folder.entries) == 3000
    assert (cache / f"{4999:032}.verdict").exists()
    assert (cache / "mine.txt").exists()


def children(process: int) -> list[str]:
    """The processes that a process started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue
        if text.rpartition(")")[2].split()[1] == str(process):
            found.append(path.parent.name)
    return found


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="on one core no other process is started")
def test_ctrl_c_ends_all_processes(folder) -> None:
    folder.write(say_yaml=COMPONENT, slow_py="def say():\n" + "    a = [1, 2, 3]\n" * 5_000)
    slow = PIPELINE.replace("./say.yaml", "./slow.py:say")
    folder.write(**{f"p{number}_yaml": slow for number in range(60)})
    command = [sys.executable, "-m", "yamlflow", "validate", "."]
    process = subprocess.Popen(
        command,
        cwd=folder.path,
        env=folder.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    while not children(process.pid):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate()[0] == b""
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
