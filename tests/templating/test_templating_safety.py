"""What templates must not do, and that nothing which they do ends in a traceback."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import read_documents
from yamlflow.templating.render import Context, render

ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ '' | attr('__class__') }}",
    "{{ values.map.__init__.__globals__ }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{x.__class__}'.format_map({'x': 1}) }}",
    "{{ values.list.append(1) }}",
    "{{ values.map.update({'a': 2}) }}",
    "{% do values.list.append(1) %}",
    "{% set values.map = 1 %}",
    "{{ env.__globals__ }}",
    "{{ env.__code__ }}",
    "{{ range.__self__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{% macro m() %}{{ caller }}{% endmacro %}{{ m._environment }}",
    "{% for x in [1] %}{{ loop._iterator.gi_frame }}{% endfor %}",
    "{{ values.text._span }}",
    "{{ values.text | attr('_span') }}",
    "{% set x %}a{% endset %}{{ x._stretches }}",
    "{{ lipsum }}",
    "{% import 'part.j2' as p %}{{ p.__dict__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ environment }}{{ context }}",
]
HUGE = [
    "{{ 'x' * 99999999 }}",
    "{{ 99999999 * [1] }}",
    "{{ 9 ** 999999 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%*d' % (999999999, 1) }}",
    "{{ '{:999999999}'.format(1) }}",
    "{{ '{:{}}'.format(1, 999999999) }}",
    "{{ 'x'.ljust(999999999) }}",
    "{{ 'x' | center(999999999) }}",
    "{{ 'x\ny' | indent(999999999) }}",
    "{{ [1] | tojson(indent=999999999) }}",
    "{{ [1] | batch(999999999, 'x') | list }}",
    "{{ ('x' * 99999).replace('x', 'y' * 99999) }}",
    "{{ range(99999) | list | join('y' * 9999) }}",
    "{{ ('y' * 9999).join(values.list * 9999) }}",
    "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% set n = namespace(x=9) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | string }}",
    "{% for i in range(99999999) %}{% endfor %}",
    "{{ range(99999) | map('center', 99999) | list | length }}",
    "{{ ('\\x01' * 9000000) | quote }}",
    "{{ ('http://a.b ' * 900000) | urlize }}",
    "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | to_yaml }}",
    "{% set n = namespace(x=[1]) %}{% for i in range(99999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x | to_json }}",
    "{% set n = namespace(x={}) %}{% for i in range(999) %}{% set n.x = {1: n.x} %}{% endfor %}{{ n.x | merge(n.x) }}",
    "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
    "{% for i in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{% include 'x.yaml.j2' %}",
    "{% import 'x.yaml.j2' as x %}",
    "{% extends 'x.yaml.j2' %}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ " + "-" * 5000 + "1 }}",
    "{% for x in [1] %}" * 30 + "{% endfor %}" * 30,
    "{% if 1 %}" * 200 + "{% endif %}" * 200,
]
VALUES = {"text": "t", "list": [1, "a"], "map": {"a": {"b": 1}}, "number": 3}


def rendered(folder, template):
    sink = Sink()
    (folder / "x.yaml.j2").write_text(template)
    (folder / "part.j2").write_text("{% macro m(x) %}{{ x }}{% endmacro %}a: {{ values.number }}\n")
    path = str(folder / "x.yaml.j2")
    return render(SourceText(path, template), Context(VALUES, "", {}), str(folder), sink), sink


@pytest.mark.parametrize("template", ESCAPES)
def test_the_sandbox_holds(template, tmp_path) -> None:
    result, sink = rendered(tmp_path, template)
    assert result is None
    assert {item.code for item in sink.items} <= {
        "template-unsafe",
        "undefined-name",
        "template-syntax",
        "template-error",
    }
    assert VALUES == {"text": "t", "list": [1, "a"], "map": {"a": {"b": 1}}, "number": 3}


@pytest.mark.parametrize("template", HUGE, ids=lambda template: template[:50])
def test_limits(template, tmp_path) -> None:
    result, sink = rendered(tmp_path, template)
    assert result is None
    assert {item.code for item in sink.items} <= {"template-limit", "template-syntax"}


@pytest.fixture
def project(tmp_path):
    """A folder with a secret beside it, and ways to it from inside."""
    (tmp_path / "secret.j2").write_text("secret")
    (tmp_path / "project-2").mkdir()
    (tmp_path / "project-2" / "secret.j2").write_text("secret")
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    (folder / "link.j2").symlink_to(tmp_path / "secret.j2")
    (folder / "outside").symlink_to(tmp_path)
    (folder / "part.j2").write_text("part")
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "../secret.j2",
        "sub/../../secret.j2",
        "link.j2",
        "outside/secret.j2",
        "../project-2/secret.j2",
        "{absolute}",
        "/",
    ],
)
@pytest.mark.parametrize("tag", ["include", "import", "extends"])
def test_files_outside(project, name, tag) -> None:
    name = name.replace("{absolute}", str(project.parent / "secret.j2"))
    template = f"{{% {tag} '{name}' {'as x ' if tag == 'import' else ''}%}}"
    result, sink = rendered(project, template)
    assert result is None
    assert [item.code for item in sink.items] == ["template-unsafe"]


@pytest.mark.parametrize("name", ["nope.j2", "sub", "", "part.j2/x", "a\\0b", "x" * 5000])
def test_files_that_are_none(project, name) -> None:
    result, sink = rendered(project, f"{{% include '{name}' %}}")
    assert result is None
    assert [item.code for item in sink.items] == ["template-not-found"]


def test_a_file_that_cannot_be_read(project) -> None:
    (project / "binary.j2").write_bytes(b"\0\1")
    result, sink = rendered(project, "{% include 'binary.j2' %}")
    assert result is None
    assert [(item.code, os.path.basename(item.path)) for item in sink.items] == [("not-text", "binary.j2")]


def test_many_passes_with_a_mistake_end_soon(tmp_path) -> None:
    """A mistake in each of many passes is told once, and what depends on it not at all."""
    loops = (
        "{% if values.no %}{% endif %}",
        "{{ values.no }}",
        "{% set x = values.no %}{{ x }}",
        "{{ y }}{% set z = y %}",
    )
    for body in loops:
        result, sink = rendered(tmp_path, "{% set y = 1 + 'a' %}{% for i in range(99999) %}" + body + "{% endfor %}")
        assert result is None
        assert [item.code for item in sink.items] in (["template-error", "undefined-name"], ["template-error"])


PIECES = [
    *("{{", "}}", "{%", "%}", "{#", "#}", "${{", "-%}", "{%-", "{%+", "'", '"', "`", "(", "[", "{", ")", "]", "}"),
    *(
        ":",
        ",",
        "-",
        "\n",
        "\r\n",
        "\t",
        "é",
        "日",
        "a: b\n",
        "- ",
        "|",
        "x",
        "a ~ b",
        "1 + 'a'",
        "[1, 2][5]",
        "{'a': 1}",
    ),
    *("for x in values.list", "endfor", "if x", "endif", "else", "elif y", "set a = 1", "set a", "endset", "raw"),
    *("macro m(x)", "endmacro", "call m(1)", "endcall", "filter indent(2)", "endfilter", "include 'part.j2'", "endraw"),
    *("import 'part.j2' as b", "block b", "endblock", "extends 'part.j2'", "values.list", "values.x.y", "loop.index"),
    *(
        "m(x)",
        "caller()",
        "x | join",
        "x | nope",
        "x is nope",
        "'%s' % x",
        "env('X')",
        "x.__class__",
        "{{ values.text }}",
    ),
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_text_ends_in_findings(tmp_path_factory, pieces) -> None:
    folder = tmp_path_factory.getbasetemp() / "pieces"
    folder.mkdir(exist_ok=True)
    result, sink = rendered(folder, " ".join(pieces))
    assert (result is None) == bool(sink.items)
    if result is not None:
        read_documents(result, sink)
    for item in sink.items:
        for span in (item.span, *(related.span for related in item.related)):
            assert span is None or 0 <= span.start <= span.end <= len(span.source.text)
