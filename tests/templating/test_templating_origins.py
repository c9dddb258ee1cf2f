"""Every character of a result leads back to its place: random templates of loops, ifs, macros, includes, filters."""

from collections.abc import Iterator
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from yamlflow.diagnostics import Sink, SourceText
from yamlflow.templating.render import Context, render

LISTS = {"none": [], "one": ["1"], "three": ["1", "22", "333"]}
FLAGS = {"yes": True, "no": False}
INCLUDED = "part.j2"

# Texts are numbers in a tree of tuples; each character of them is one that stands nowhere else.
leaf = st.sampled_from(
    ["text", "line", "blank", "value", "${{ x }}", "${{ f('{{ values.word }}') }}", "{# note #}", "{{ 1 + 2 }}"]
)


def containers(children):
    body = st.lists(children, max_size=4)
    return st.one_of(
        st.tuples(st.just("for"), st.sampled_from(sorted(LISTS)), body),
        st.tuples(st.just("if"), st.sampled_from(sorted(FLAGS)), body, body),
        st.tuples(st.just("set"), body),
        st.tuples(st.just("macro"), body),
        st.tuples(st.just("call"), body, body),
        st.tuples(st.just("filter"), st.sampled_from(["indent(2)", "trim"]), body),
        st.tuples(st.just("upper"), body),
        st.tuples(st.just("raw"), st.just(())),
        st.tuples(st.just("include"), st.just(())),
    )


trees = st.lists(st.recursive(leaf, containers, max_leaves=25), max_size=6)
signs = st.sampled_from(["", "", "", "-", "+"])


class Writer:
    """Writes a tree as a template; tags stand alone on their lines, or in the middle of text."""

    def __init__(self, data) -> None:
        self.numbers = count()
        self.draw = data.draw

    def fresh(self) -> str:
        return "".join(chr(0x4E00 + next(self.numbers)) for _ in range(2))

    def tag(self, text: str) -> str:
        before, after = self.draw(signs), self.draw(signs)
        space = self.draw(st.sampled_from(["", "  "]))
        end = self.draw(st.sampled_from(["", "\n", " \n"]))
        return f"{space}{{%{before} {text} {'' if after == '+' and 'raw' in text else after}%}}{end}"

    def body(self, nodes) -> str:
        return "".join(map(self.node, nodes))

    def node(self, node) -> str:
        if isinstance(node, str):
            return {"text": self.fresh(), "line": f"{self.fresh()}\n", "blank": "  ", "value": "{{ values.word }}"}.get(
                node, node
            )
        kind, *parts = node
        name = f"n{next(self.numbers)}"
        write = {
            "for": lambda what, body: (
                self.tag(f"for i in values.{what}") + self.body(body) + "{{ i }}" + self.tag("endfor")
            ),
            "if": lambda what, yes, no: (
                self.tag(f"if values.{what}") + self.body(yes) + self.tag("else") + self.body(no) + self.tag("endif")
            ),
            "set": lambda body: self.tag(f"set {name}") + self.body(body) + self.tag("endset") + f"{{{{ {name} }}}}",
            "macro": lambda body: (
                self.tag(f"macro {name}(a)")
                + self.body(body)
                + "{{ a }}"
                + self.tag("endmacro")
                + f"{{{{ {name}(7) }}}}"
            ),
            "call": lambda outer, inner: (
                self.tag(f"macro {name}()")
                + self.body(outer)
                + "{{ caller() }}"
                + self.tag("endmacro")
                + self.tag(f"call {name}()")
                + self.body(inner)
                + self.tag("endcall")
            ),
            "filter": lambda what, body: self.tag(f"filter {what}") + self.body(body) + self.tag("endfilter"),
            "upper": lambda body: self.tag("filter upper") + self.body(body) + self.tag("endfilter"),
            "raw": lambda _: self.tag("raw") + self.fresh() + "{{ no }}" + self.tag("endraw"),
            "include": lambda _: self.tag(f"include '{INCLUDED}'"),
        }
        return write[kind](*parts)


def characters(text: SourceText) -> Iterator[tuple[str, str, str]]:
    """Yield each character with the text at its place, and the name of the file that this is in."""
    for at, character in enumerate(text.text):
        span, _ = text.locate(at, at + 1)
        yield character, span.text, span.source.name


@settings(max_examples=40, deadline=None)
@given(trees, st.data())
def test_every_character_leads_back(tmp_path_factory, tree, data) -> None:
    folder = tmp_path_factory.getbasetemp() / "origins"
    folder.mkdir(exist_ok=True)
    (folder / INCLUDED).write_text("ｐａｒｔ\n{% for i in values.one %}\n  Ａ{{ i }}\n{% endfor %}\n")
    template = Writer(data).body(tree)
    ends = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    source = SourceText(str(folder / "x.yaml.j2"), template.replace("\n", ends))
    sink = Sink()
    values = {**LISTS, **FLAGS, "word": "9"}
    result = render(source, Context(values, "", {}), str(folder), sink)
    assert sink.items == []
    assert result is not None
    for character, origin, name in characters(result):
        if character == "\n":
            assert origin in ("\n", "\r\n", "\r") or origin.startswith("{%")
        elif character >= "\u4e00" or character in "${}xf'()":
            assert origin == character or origin.startswith(("{%", "{{"))
            if origin == character:
                assert name == (str(folder / INCLUDED) if character in "ｐａｒｔＡ" else source.name)
        elif character.isdigit():
            assert origin.startswith(("{{", "{%"))


@settings(max_examples=40, deadline=None)
@given(trees, st.data())
def test_static_text_is_exact(tree, data) -> None:
    """Without a filter that hides it, each character that stands nowhere else leads to itself."""
    template = Writer(data).body(tree)
    if "include" in template or "filter upper" in template:
        return
    sink = Sink()
    result = render(SourceText("x.yaml.j2", template), Context({**LISTS, **FLAGS, "word": "9"}, "", {}), "", sink)
    assert result is not None
    assert [(a, b) for a, b, _ in characters(result) if a >= "\u4e00" and a != b] == []
