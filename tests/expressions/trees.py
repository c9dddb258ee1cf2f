"""Random expression trees."""

from hypothesis import strategies as st

from yamlflow.expressions import ast
from yamlflow.expressions.operators import BINARY, CLOSURES, UNARY

NAMES = ("a", "b", "xs", "inputs", "tasks", "item", "workflow", "in_", "$x")
FIELDS = (*NAMES, "outputs", "not", "let")
FUNCTIONS = ("len", "upper", "max", "join", "toJSON", "get")
OPERATORS = [op for op in BINARY if op != "|"] + ["not in", "not contains", "not matches"]

texts = st.text(st.sampled_from("ab{}'\"`\\ \n\té\x00\u2028$#|€\U0001f600"), max_size=8)
numbers = st.one_of(
    st.integers(0, 2**63 - 1),
    st.floats(0, 1e300, allow_nan=False, allow_infinity=False).map(abs),
)
leaves = st.one_of(
    st.builds(ast.Name, st.sampled_from(NAMES)),
    st.builds(ast.Text, texts),
    st.builds(ast.Number, numbers),
    st.builds(ast.Bool, st.booleans()),
    st.builds(ast.Nil),
    st.builds(ast.Bytes, st.binary(max_size=4)),
)


def _key(inner):
    return st.one_of(st.builds(ast.Text, texts), inner)


def _compound(inner):
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ast.Array, several),
        st.builds(ast.Map, st.lists(st.builds(ast.Pair, _key(inner), inner), max_size=3).map(tuple)),
        st.builds(ast.Member, inner, st.sampled_from(FIELDS), st.booleans()),
        st.builds(ast.Index, inner, inner, st.booleans()),
        st.builds(ast.Slice, inner, st.none() | inner, st.none() | inner),
        st.builds(ast.Unary, st.sampled_from(sorted(UNARY)), inner),
        st.builds(ast.Binary, st.sampled_from(OPERATORS), inner, inner),
        st.builds(ast.Conditional, inner, inner, inner),
        st.builds(ast.Call, st.builds(ast.Name, st.sampled_from(("asInt", "toJson"))), several),
        st.builds(ast.Call, st.builds(ast.Member, inner, st.sampled_from(FIELDS)), several),
        st.builds(ast.Builtin, st.sampled_from(FUNCTIONS), several),
        _closures(inner),
        st.builds(ast.Let, st.sampled_from(("v", "w")), inner, inner),
        st.builds(ast.Sequence, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    )


def _closures(inner):
    pointers = st.builds(ast.Pointer, st.sampled_from(("", "index", "acc")))
    body = st.one_of(inner, pointers, st.builds(ast.Binary, st.sampled_from(OPERATORS), pointers, inner))
    closure = st.builds(ast.Closure, body)
    return st.builds(
        lambda name, items, closure: ast.Builtin(name, (items, closure)),
        st.sampled_from(sorted(CLOSURES)),
        inner,
        closure,
    )


trees = st.recursive(leaves, _compound, max_leaves=12)
