"""What templates yield: lines of tags, `${{ }}`, values, macros."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.source import Mapping, read_source
from yamlflow.templating.placed import plain_mapping
from yamlflow.templating.render import Context, render
from yamlflow.templating.values import gather

VALUES = """\
text: plain
number: 0x10
small: 1e-05
rate: 0.10
flag: true
nothing: ~
list: [a, 1, 0.5, true, ~]
map: {a: {b: 1}}
items: mine
"""

CASES = {
    "tags alone on a line": ("a\n  {% if true %}  \nb\n  {% endif %}\nc\n", "a\nb\nc\n"),
    "several on a line": ("{% if true %} {% if true %}\nb\n{% endif %}{% endif %}", "b\n"),
    "comments alone": ("a\n  {# of\n two lines #}\nb", "a\nb"),
    "a tag at the end of text": ("a: {% if true %}1{% endif %}\nb: 2\n", "a: 1\nb: 2\n"),
    "a tag before text": ("  {% if true %}a: 1{% endif %}\n", "  a: 1\n"),
    "signs": ("a\n {%+ if true +%}\nb\n  {%- endif -%}\n\n c", "a\n \nbc"),
    "a sign on one side": ("a\n  {%- if true %}\nb\n{% endif %}\n", "ab\n"),
    "raw": ("{% raw %}\n{{ no }} ${{ yes }} {# no #}\n{% endraw %}\n", "{{ no }} ${{ yes }} {# no #}\n"),
    "expressions": ("${{ a.b }} x ${{ {'a': {'b': 1}} }}", "${{ a.b }} x ${{ {'a': {'b': 1}} }}"),
    "a tag in an expression": ("${{ tasks['t-{{ values['number'] }}'].o }}", "${{ tasks['t-0x10'].o }}"),
    "a loop in an expression": ("${{ [{% for i in [1, 2] %}t{{ i }}, {% endfor %}] }}", "${{ [t1, t2, ] }}"),
    "closures": ("${{ filter(x, {# > 1}) }}{# a comment #}", "${{ filter(x, {# > 1}) }}"),
    "a quote in an expression": ("${{ '}}' + \"{#\" }}{# x #}", "${{ '}}' + \"{#\" }}"),
    "an expression in a text of Jinja": ("{% set x = '${{ a }}' %}{{ x }}{{ '${{ b }}' | upper }}", "${{ a }}${{ B }}"),
    "an expression that is not closed": ("a: ${{ b\n{# c #}d: {{ 1 }}", "a: ${{ b\nd: 1"),
    "an expression in a comment": ("{# ${{ #}a: {{ 1 }}", "a: 1"),
    "line breaks": ("a\r\n{% if true %}\r\nb\r\n{% endif %}\r\n", "a\nb\n"),
    "spelling": ("{{ values.number }} {{ values.small }} {{ values.rate }}", "0x10 1e-05 0.10"),
    "numbers": ("{{ values.number + 1 }} {{ values.rate * 2 }} {{ values.number | int }}", "17 0.2 16"),
    "words": ("{{ values.flag }} {{ values.nothing }} {{ 'a' ~ true }}", "true null atrue"),
    "lists": ("{{ values.list }} {{ values.map }}", '["a", 1, 0.5, true, null] {"a": {"b": 1}}'),
    "generators": ("{{ values.list[:1] | map('upper') }} {{ range(2) }} {{ (1, 'é') }}", '["A"] [0, 1] [1, "é"]'),
    "keys before methods": ("{{ values.items }} {{ values.map.keys() }}", 'mine ["a"]'),
    "nothing undefined": ("{{ values.no | default('d') }} {{ values.no is defined }}", "d false"),
    "profile and environment": ("{{ profile }} {{ env('HOME') }} {{ env('NO', 'none') }}", "dev /home none"),
    "indent": ("a:\n  {{ 'b\nc\n\nd' | indent(2) }}", "a:\n  b\n  c\n\n  d"),
    "indent all": ("{{ 'b\n\nc' | indent('- ', true, true) }}", "- b\n- \n- c"),
    "trim": ("{{ '  x ' | trim }}|{{ 'xax' | trim('x') }}", "x|a"),
    "to_yaml": (
        "a:\n  {{ values.map | to_yaml | indent(2) }}\nb: {{ values.text | to_yaml }}",
        "a:\n  a:\n    b: 1\nb: plain",
    ),
    "to_json": ("{{ values.list | to_json }} {{ 'é<' | to_json }}", '["a", 1, 0.5, true, null] "é<"'),
    "quote": ("{{ 'a\"b\n' | quote }} {{ 5 | quote }} {{ true | quote }}", '"a\\"b\\n" "5" "true"'),
    "b64encode": ("{{ 'é' | b64encode }}", "w6k="),
    "sha256": ("{{ 'a' | sha256 }}", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    "dns_name": ("{{ 'Été 2026: v1.5_b!' | dns_name }}", "ete-2026-v1-5-b"),
    "long dns_name": ("{{ ('a.' * 50) | dns_name }}", "-".join(["a"] * 27) + "-7c931e1f"),
    "required": ("{{ 0 | required }}{{ values.text | required('no') }}", "0plain"),
    "merge": ("{{ {'a': {'c': 2}} | merge(values.map, {'a': {'c': none}, 'd': 3}) }}", '{"a": {"b": 1}, "d": 3}'),
    "adding texts": ("{{ values.text + 'x' ~ 1 }}", "plainx1"),
    "a name that is set before it is asked for": (
        "{% set x = values.no %}{{ x is defined }}{{ x | default('d') }}",
        "falsed",
    ),
    "elif": (
        "{% for i in range(4) %}{% if i == 0 %}a{% elif i == 1 %}b{% elif i == 2 %}{% else %}d{% endif %}{% endfor %}",
        "abd",
    ),
    "else alone": ("{% if false %}{% else %}x{% endif %}{% if true %}y{% endif %}", "xy"),
    "filtered loops": ("{% for a, b in values.map.items() if b %}{{ a }}{{ b }}{% endfor %}", 'a{"b": 1}'),
    "with": ("{% with a = 1, b = values.text %}{{ a }}{{ b }}{% endwith %}", "1plain"),
    "several set": ("{% set a, b = [1, 2] %}{{ b }}{{ a }}", "21"),
    "a macro": ("{% macro m(a, b=2) %}<{{ a }}{{ b }}>{% endmacro %}{{ m(1) }}{{ m(1, b=3) }}", "<12><13>"),
    "call": ("{% macro m() %}<{{ caller(1) }}>{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}", "<1>"),
    "a filter": ("{% filter indent(2, true) %}\na\nb\n{% endfilter %}\n", "  a\n  b\n"),
    "a recursive loop": (
        "{% for x in [[1], 2] recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}x{% endif %}{% endfor %}",
        "(x)x",
    ),
    "loop": ("{% for x in 'abc' %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}", "1a,2b,3c"),
    "else of a loop": ("{% for x in [] %}{{ x }}{% else %}none{% endfor %}", "none"),
    "set": ("{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "6"),
    "blocks": ("{% block a %}x{{ self.b() }}{% endblock %}{% block b %}y{% endblock %}", "xyy"),
    "nothing": ("", ""),
}


def values():
    node = read_source(SourceText("values.yaml", VALUES), Sink())
    assert isinstance(node, Mapping)
    return plain_mapping(node)


@pytest.mark.parametrize("name", CASES)
def test_result(name) -> None:
    template, expected = CASES[name]
    sink = Sink()
    result = render(SourceText("x.yaml.j2", template), Context(values(), "dev", {"HOME": "/home"}), "", sink)
    assert sink.items == []
    assert result is not None
    assert result.text == expected


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
data = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3))
)


@settings(max_examples=100, deadline=None)
@given(data, st.text(), st.integers(2, 9))
@example(None, "A:\nb", 2)
def test_yaml_in_yaml(value, text, width) -> None:
    """What filters make of any data is read as that data, however deep it stands and whatever follows."""
    blank = " " * width
    template = (
        f"a:\n{blank}b:\n{blank}  {{{{ values.d | to_yaml | indent({width + 2}) }}}}\n\n"
        f"{blank}c: {{{{ values.d | to_json }}}}\n{blank}d: {{{{ values.t | quote }}}}\n"
    )
    sink = Sink()
    result = render(SourceText("x.yaml.j2", template), Context({"d": value, "t": text}, "", {}), "", sink)
    assert result is not None
    node = read_source(result, sink)
    assert sink.items == []
    assert node is not None
    assert node.data() == {"a": {"b": value, "c": value, "d": text}}


PARTS = {
    "part.j2": "part {{ here }}\n",
    "macros.j2": "{% macro m(x) %}<{{ x }}{{ values.text }}>{% endmacro %}\n",
    "base.j2": "[{% block body %}base{% endblock %}]",
    "sub/inner.j2": "{% include '../part.j2' %}",
}
INCLUDES = {
    "{% set here = 1 %}\n{% include 'part.j2' %}\nend": "part 1\nend",
    "{% set here = 2 %}{% include 'sub/inner.j2' %}": "part 2\n",
    "{% include 'nope.j2' ignore missing %}.": ".",
    "{% include ['nope.j2', 'macros.j2'] without context %}.": "\n.",
    "{% import 'macros.j2' as m %}{{ m.m(1) }}": "<1plain>",
    "{% from 'macros.j2' import m as n %}{{ n(1) }}": "<1plain>",
    "{% extends 'base.j2' %}ignored{% block body %}{{ super() }}, mine{% endblock %}": "[base, mine]",
    "{% macro m() %}{% include 'macros.j2' without context %}{% endmacro %}{{ m() }}.": "\n.",
}


@pytest.mark.parametrize("template", INCLUDES)
def test_other_templates(template, tmp_path) -> None:
    for name, text in PARTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    sink = Sink()
    main = SourceText(str(tmp_path / "x.yaml.j2"), template)
    result = render(main, Context(values(), "", {}), str(tmp_path), sink)
    assert sink.items == []
    assert result is not None
    assert result.text == INCLUDES[template]


def test_the_strongest_value_wins(tmp_path) -> None:
    (tmp_path / "a.yaml").write_text("a: {x: 1, y: 2, z: [1, 2]}\nb: 1\nc: 1\n")
    (tmp_path / "b.yaml").write_text("a: {x: null, z: [3]}\nb: {c: 1}\nnew: null\n")
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")
    (tmp_path / "text.txt").write_text("a: b=c,\n")
    (tmp_path / "empty.txt").write_text("")
    sink = Sink()
    files = [str(tmp_path / name) for name in ("a.yaml", "b.yaml", "empty.yaml")]
    pairs = ["a.y=no", "b.c=", "d.e.f=0x1F", r"g\.h=a\,b=c", "i=true", "j=null", "c=null"]
    found = gather(None, "", files, pairs, [f"k.l={tmp_path / 'text.txt'}", f"b.c={tmp_path / 'empty.txt'}"], sink)
    assert sink.items == []
    assert found == {
        "a": {"y": "no", "z": [3]},
        "b": {"c": ""},
        "new": None,
        "d": {"e": {"f": 31}},
        "g.h": "a,b=c",
        "i": True,
        "j": None,
        "k": {"l": "a: b=c,\n"},
    }
