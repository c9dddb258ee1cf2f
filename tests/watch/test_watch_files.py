"""Everything that a pipeline depends on is watched, from the moment that it depends on it."""

import pytest

COMPONENT = """\
name: Say
inputs: [{name: text, type: String}]
implementation:
  container: {image: "alpine:3.20", command: [echo, {inputValue: text}]}
"""
PYTHON = 'def greeting() -> str:\n    return "hello"\n'
PIPELINE = """\
name: hello
components: {greet: ./src/greet.py:greeting, say: ./say}
tasks:
  greet: {component: greet}
  say: {component: say, arguments: {text: "${{ tasks.greet.outputs.Output }}"}}
"""
TEMPLATE = """\
name: hello
tasks:
{% include "parts/tasks.j2" %}
"""
PART = """\
  greet: {image: "alpine:3.20", run: "echo {{ values.word }}"}
"""
TYPED = """\
name: hello
inputs: [{name: count, type: Integer}]
tasks:
  say: {image: "alpine:3.20", env: {COUNT: "${{ inputs.count }}"}, run: echo}
"""


@pytest.fixture
def write(folder):
    """Write a file in the folder."""

    def written(name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return written


def test_components(watch, write, folder) -> None:
    write("src/greet.py", PYTHON)
    write("say/component.yaml", COMPONENT)
    write("hello.yaml", PIPELINE)
    watched = watch("hello.yaml")
    assert watched.verdict() == ("hello.yaml", "valid")
    watched.until("^watching 3 files")
    write("src/greet.py", PYTHON.replace("greeting", "a_greeting"))
    watched.until_round("src/greet.py changed", "invalid")
    assert "did you mean `a_greeting`?" in watched.until("did you mean")[-1]
    write("src/greet.py", PYTHON.replace("hello", "good day"))
    watched.until_round("src/greet.py changed", "valid")
    write("say/component.yaml", COMPONENT.replace("text", "txt"))
    watched.until_round("say/component.yaml changed", "invalid")
    write("src/other.py", PYTHON)
    write("say/component.yaml", COMPONENT.replace("echo", "printf"))
    watched.until_round("say/component.yaml changed", "valid")
    (folder / "src").rename(folder / "source")
    watched.until_round("src/greet.py changed", "invalid")
    (folder / "source").rename(folder / "src")
    watched.until_round("src/greet.py changed", "valid")


def test_what_an_edit_brings_in(watch, write, folder) -> None:
    write("src/greet.py", PYTHON)
    write("hello.yaml", "name: hello\ntasks:\n  greet: {component: ./src/greet.py:greeting}\n")
    watched = watch("hello.yaml")
    watched.until("^watching 2 files")
    write("hello.yaml", "name: hello\ntasks:\n  greet: {component: ./new/fresh.py:greeting}\n")
    watched.until_round("hello.yaml changed", "invalid")
    write("new/fresh.py", PYTHON)
    watched.until_round("new/fresh.py changed", "valid")
    write("new/fresh.py", "def greeting(\n")
    watched.until_round("new/fresh.py changed", "invalid")
    write("src/greet.py", "def greeting(\n")  # not used any more
    write("new/fresh.py", PYTHON)
    watched.until_round("new/fresh.py changed", "valid")


def test_templates(watch, write) -> None:
    write("parts/tasks.j2", PART)
    write("day.yaml", "word: hello\n")
    write("hello.yaml.j2", TEMPLATE)
    watched = watch("hello.yaml.j2", "--values", "day.yaml", "--set", "unused=1")
    assert watched.verdict() == ("hello.yaml.j2", "valid")
    watched.until("^watching 3 files")
    write("day.yaml", "words: hello\n")
    watched.until_round("day.yaml changed", "invalid")
    assert "parts/tasks.j2:1:" in watched.until("error")[-1]
    write("day.yaml", "word: good day\n")
    watched.until_round("day.yaml changed", "valid")
    write("parts/tasks.j2", PART.replace("greet:", "GREET:"))
    watched.until_round("parts/tasks.j2 changed", "invalid")
    write("parts/tasks.j2", PART + "# the end\n")
    watched.until_round("parts/tasks.j2 changed", "valid")


def test_a_project(watch, write, folder) -> None:
    """A yamlflow.yaml that comes, changes and goes."""
    write("parts/tasks.j2", PART)
    write("hello.yaml.j2", TEMPLATE)
    watched = watch("hello.yaml.j2")
    assert watched.verdict() == ("hello.yaml.j2", "invalid")
    watched.until("^watching")
    write("yamlflow.yaml", "values: {word: hello}\n")
    watched.until_round("yamlflow.yaml changed", "valid")
    write("yamlflow.yaml", "values: {words: hello}\n")
    watched.until_round("yamlflow.yaml changed", "invalid")
    write("yamlflow.yaml", "values: {word: good day}\n")
    watched.until_round("yamlflow.yaml changed", "valid")
    write("values.schema.json", '{"properties": {"word": {"enum": ["hello"]}}}')
    watched.until_round("values.schema.json changed", "invalid")
    write("yamlflow.yaml", "values: {word: hello}\n")
    watched.until_round("yamlflow.yaml changed", "valid")
    (folder / "yamlflow.yaml").unlink()
    watched.until_round("yamlflow.yaml changed", "invalid")


def test_parameters(watch, write) -> None:
    write("given.yaml", "count: 1\n")
    write("hello.yaml", TYPED)
    watched = watch("hello.yaml", "--parameter-file", "given.yaml")
    assert watched.verdict() == ("hello.yaml", "valid")
    watched.until("^watching 2 files")
    write("given.yaml", "count: one\n")
    watched.until_round("given.yaml changed", "invalid")
    write("given.yaml", "count: [\n")
    watched.until_round("given.yaml changed", "invalid")
    write("given.yaml", "count: 3\n")
    watched.until_round("given.yaml changed", "valid")


def test_several_files_are_named(watch, write, folder) -> None:
    """A link is set to another folder, so all files change at one moment."""
    names = [f"part{number}.py" for number in range(5)]
    for name in names:
        write(f"good/{name}", PYTHON)
    tasks = "".join(f"  t{number}: {{component: ./parts/{name}:greeting}}\n" for number, name in enumerate(names))
    write("hello.yaml", f"name: hello\ntasks:\n{tasks}")
    watched = watch("hello.yaml")
    assert watched.verdict() == ("hello.yaml", "invalid")
    watched.until("^watching 6 files")
    (folder / "parts").symlink_to("good")
    what = "parts/part0.py, parts/part1.py, parts/part2.py and 2 more changed"
    assert watched.verdict() == (what, "valid")
