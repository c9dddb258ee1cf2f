"""expr-lang's operators, their precedence, and its built-in functions that take a closure."""

UNARY = {"not": 50, "!": 50, "-": 90, "+": 90}

BINARY = {
    "|": 0,
    "or": 10,
    "||": 10,
    "and": 15,
    "&&": 15,
    "==": 20,
    "!=": 20,
    "<": 20,
    ">": 20,
    ">=": 20,
    "<=": 20,
    "in": 20,
    "matches": 20,
    "contains": 20,
    "startsWith": 20,
    "endsWith": 20,
    "..": 25,
    "+": 30,
    "-": 30,
    "*": 60,
    "/": 60,
    "%": 60,
    "**": 100,
    "^": 100,
    "??": 500,
}

RIGHT_ASSOCIATIVE = frozenset({"**", "^"})
COMPARISONS = frozenset({"<", ">", ">=", "<="})
NEGATABLE = frozenset({"in", "matches", "contains", "startsWith", "endsWith"})
KEYWORDS = frozenset({"not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"})
CONSTANTS = frozenset({"true", "false", "nil"})

# The arguments of a built-in that takes a closure: `e` an expression, `p` a closure, upper case when optional.
CLOSURES = {
    "all": "ep",
    "none": "ep",
    "any": "ep",
    "one": "ep",
    "filter": "ep",
    "map": "ep",
    "count": "eP",
    "sum": "eP",
    "find": "ep",
    "findIndex": "ep",
    "findLast": "ep",
    "findLastIndex": "ep",
    "groupBy": "ep",
    "sortBy": "epE",
    "reduce": "epE",
}

BUILTINS = frozenset(CLOSURES) | frozenset(
    {"len", "type", "abs", "ceil", "floor", "round", "int", "float", "string", "trim", "trimPrefix", "trimSuffix"}
    | {"upper", "lower", "split", "splitAfter", "replace", "repeat", "join", "indexOf", "lastIndexOf", "hasPrefix"}
    | {"hasSuffix", "max", "min", "mean", "median", "toJSON", "fromJSON", "toBase64", "fromBase64", "now", "duration"}
    | {"date", "timezone", "first", "last", "get", "take", "keys", "values", "toPairs", "fromPairs", "reverse", "uniq"}
    | {"concat", "flatten", "sort", "bitand", "bitor", "bitxor", "bitnand", "bitshl", "bitshr", "bitushr", "bitnot"}
)


def precedence(op: str) -> int:
    """Return the precedence of a binary operator, `not in` and its like among them."""
    return BINARY[op.removeprefix("not ")]


MEANT = {"=": "==", "&": "&&", "===": "==", "!==": "!="}
"""What other languages write for an operator."""
WORDS = {
    "AND": "write `and`",
    "OR": "write `or`",
    "IN": "write `in`",
    "if": "write `test ? a : b`",
    "is": "write `==`",
}
"""Words of other languages between two operands."""
