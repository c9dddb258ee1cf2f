"""Comments that ignore, `checks` of a project, `--select`, `--ignore`, `--strict`: what is left of the findings."""

import ast

import pytest

from yamlflow.diagnostics.choice import READING

PIPELINE = """\
name: greet
components:
  say: #SAY
    inputs: [{name: n, type: Integer}]
    implementation: {container: {image: "alpine:3.20", command: [echo, {inputValue: n}]}}
  other: {implementation: {container: {image: "alpine:3.20", command: [echo]}}}
tasks:
  hello:
    component: say
    arguments: {n: "${{ 'many' }}"} #HELLO
"""
SAY = "unused-component"


@pytest.fixture
def found(yamlflow, tmp_path):
    """Return what `validate` finds, as `line code` or, of what is no error, `line code severity`."""

    def run(files: dict[str, str] | str, *options: str) -> list[str]:
        for name, text in ({"p.yaml": files} if isinstance(files, str) else files).items():
            (tmp_path / name).write_text(text)
        file = next(iter(files)) if isinstance(files, dict) else "p.yaml"
        done = yamlflow("validate", file, "-o", "oneline", *options, cwd=tmp_path)
        assert done.stderr == ""
        lines = []
        for line in done.stdout.splitlines():
            _, number, _, severity, _ = line.split(":", 4) if line.count(":") > 3 else ("", "0", "", line, "")
            level, _, code = severity.strip().rstrip("]").partition("[")
            lines.append(f"{number} {code}" + (f" {level}" if level != "error" else ""))
        assert done.returncode == any(line.count(" ") == 1 for line in lines)
        return lines

    return run


def _with(**comments: str) -> str:
    text = PIPELINE
    for name in ("SAY", "HELLO"):
        text = text.replace(f"#{name}", comments.get(name.lower(), ""))
    return text


def _project(checks: str) -> dict[str, str]:
    return {"p.yaml": _with(), "yamlflow.yaml": f"checks: {checks}\n"}


def test_without_a_word(found) -> None:
    assert found(_with()) == ["6 unused-component warning", "10 type-mismatch"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (_with(hello=" # yamlflow: ignore[type-mismatch]"), ["6 unused-component warning"]),
        (_with(hello=" #yamlflow:ignore[ type-mismatch ] for a reason"), ["6 unused-component warning"]),
        (_with(hello=" # a reason # yamlflow: ignore[type-mismatch]"), ["6 unused-component warning"]),
        (
            _with().replace("    arguments:", "    # yamlflow: ignore[type-mismatch]\n    arguments:"),
            ["6 unused-component warning"],
        ),
        (
            _with().replace("    arguments:", "    # yamlflow: ignore[type-mismatch]\n\n    arguments:"),
            ["6 unused-component warning", "10 unused-ignore warning", "12 type-mismatch"],
        ),
        (
            _with(hello=" # yamlflow: ignore[type-mismatch, never-equal]"),
            ["6 unused-component warning", "10 unused-ignore warning"],
        ),
        (
            _with(say="# yamlflow: ignore[unused-component]"),
            ["3 unused-ignore warning", "6 unused-component warning", "10 type-mismatch"],
        ),
        (
            _with(hello=" # yamlflow: ignore[typo-mismatch]"),
            ["6 unused-component warning", "10 type-mismatch", "10 unknown-code"],
        ),
        (
            _with(hello=" # yamlflow: ingore[type-mismatch]"),
            ["6 unused-component warning", "10 type-mismatch", "10 bad-ignore warning"],
        ),
        (_with(hello=" # yamlflow: a pipeline"), ["6 unused-component warning", "10 type-mismatch"]),
        (_with() + "# yamlflow: ignore[type-mismatch]\n", None),
    ],
)
def test_comments(found, text, left) -> None:
    left = left or ["6 unused-component warning", "10 type-mismatch", "11 unused-ignore warning"]
    assert sorted(found(text)) == sorted(left)


def test_a_comment_is_a_comment_only_where_yaml_says_so(found) -> None:
    comment = "# yamlflow: ignore[unused-component]"
    text = (
        f"name: p\ntasks:\n  a:\n    image: alpine:3.20\n    env: {{A: ' {comment}', B: \"\n       {comment}\"}}\n"
        f"    run: |\n      {comment}\n      true\n"
    )
    assert found(text) == []


def test_a_block_scalar_is_spoken_for_where_it_starts(found) -> None:
    text = (
        "name: p\ninputs: [{name: n, type: Integer}]\ntasks:\n  a:\n    run: cat\n    image: alpine:3.20\n"
        "    env:\n      A: >{comment}\n        ${{ inputs.n\n        + 'x' }}\n"
    )
    assert [line.partition(" ")[2] for line in found(text.replace("{comment}", ""))] == ["expression-type"]
    assert found(text.replace("{comment}", " # yamlflow: ignore[expression-type]")) == []
    assert found(text.replace("      A: >{comment}", "      # yamlflow: ignore[expression-type]\n      A: >")) == []


def test_an_error_that_prevents_rendering_stays(yamlflow, tmp_path) -> None:
    text = _with(hello="\n    after: [helo]  # yamlflow: ignore[unknown-task]")
    (tmp_path / "p.yaml").write_text(text)
    done = yamlflow("validate", "p.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert "error[unknown-task]" in done.stdout
    assert "= note: it cannot be ignored: nothing can be rendered before it is fixed" in done.stdout
    assert "unused-ignore" not in done.stdout


def test_commands_agree(yamlflow, tmp_path) -> None:
    (tmp_path / "p.yaml").write_text(_with(hello=" # yamlflow: ignore[type-mismatch]"))
    done = yamlflow("render", "p.yaml", cwd=tmp_path)
    assert (done.returncode, "type-mismatch" in done.stderr, "unused-component" in done.stderr) == (0, False, True)
    (tmp_path / "yamlflow.yaml").write_text("checks: {unused-component: error}\n")
    done = yamlflow("render", "p.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout, "error[unused-component]" in done.stderr) == (1, "", True)


@pytest.mark.parametrize(
    ("checks", "left"),
    [
        ("{unused-component: off}", ["10 type-mismatch"]),
        ("{unused-component: 'off', type-mismatch: note}", ["10 type-mismatch note"]),
        ("{unused-component: error, type-mismatch: warning}", ["6 unused-component", "10 type-mismatch warning"]),
        ("{unused-compnent: off}", ["6 unused-component warning", "10 type-mismatch", "1 unknown-code"]),
        ("{unused-component: of}", ["6 unused-component warning", "10 type-mismatch", "1 invalid-value"]),
        ("off", ["6 unused-component warning", "10 type-mismatch", "1 wrong-kind"]),
    ],
)
def test_checks_of_the_project(found, checks, left) -> None:
    assert found(_project(checks)) == left


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ("--select unused-component", ["6 unused-component warning"]),
        ("--select unused-component,type-mismatch", ["6 unused-component warning", "10 type-mismatch"]),
        ("--select unused-component --select cycle", ["6 unused-component warning"]),
        ("--ignore type-mismatch", ["6 unused-component warning"]),
        ("--select type-mismatch --ignore type-mismatch", []),
        ("--strict", ["6 unused-component", "10 type-mismatch"]),
        ("--strict --ignore type-mismatch", ["6 unused-component"]),
    ],
)
def test_options(found, options, left) -> None:
    assert found(_with(), *options.split()) == left


def test_what_cannot_be_read_is_known(root) -> None:
    pages = {path.stem for path in (root / "docs" / "codes").glob("*.md")}
    named = set()
    for package in ("source", "templating"):
        for path in (root / "yamlflow" / package).rglob("*.py"):
            if path.name not in ("fields.py", "comments.py", "ambiguous.py"):
                nodes = ast.walk(ast.parse(path.read_text()))
                named |= {node.value for node in nodes if isinstance(node, ast.Constant)} & pages
    assert named - READING == {"escaped-path"}, "to be added to READING"


def test_what_cannot_be_read_is_never_hidden(found) -> None:
    assert found("name: [", "--ignore", "unclosed-bracket") == ["1 unclosed-bracket"]
    assert found("name: [", "--select", "cycle") == ["1 unclosed-bracket"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ("unknown-outpt", "unknown code `unknown-outpt`; did you mean `unknown-output`?"),
        ("cycle,x", "unknown code `x`; `yamlflow explain` lists all"),
    ],
)
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_unknown_codes(yamlflow, option, codes, said) -> None:
    done = yamlflow("validate", option, codes)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: argument {option}: {said}\n")


def test_comments_of_a_project(found) -> None:
    files = {"yamlflow.yaml": "target: local  # yamlflow: ignore[cycle]\n"}
    assert found(files) == ["1 unused-ignore warning"]
    files["yamlflow.yaml"] += "checks: {unused-ignore: off}\n"
    assert found(files) == []


def test_comments_of_components_and_templates(found, tmp_path) -> None:
    (tmp_path / "c.yaml").write_text(
        "implementation:\n  container:\n    image: ''  # yamlflow: ignore[no-image]\n    command: [echo]\n"
    )
    template = (
        "name: p\ntasks:\n{% for name in ['a', 'b'] %}\n  {{ name }}:\n    component: ./c.yaml\n{% endfor %}\n"
        "  c:\n    image: alpine:3.20\n    run: echo\n    # yamlflow: ignore[never-equal]\n    when: ${{ 1 == 'a' }}\n"
    )
    assert found({"p.yaml.j2": template}) == []
    assert found({"p.yaml.j2": template.replace("never-equal", "cycle")}) == [
        "10 unused-ignore warning",
        "11 never-equal",
    ]
