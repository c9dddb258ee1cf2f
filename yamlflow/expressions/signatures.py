"""What expr-lang's and Argo's functions take and give, for typing."""

from yamlflow.types import Type

INTEGER = Type("Integer")
FLOAT = Type("Float")
BOOL = Type("Bool")
STRING = Type("String")
LIST = Type("List")
DICT = Type("Dict")
TEXTS = Type("List", STRING)

# Of each argument: `t` text, `n` number, `i` Integer, `l` list, `m` mapping, `s` text, list or mapping, `v` number or
# list, `x` text or list, `c` what converts to a number, `a` anything; upper case when it may be left out; a last `*`
# repeats the one before.
# The result: a type, "same" or "element" of the first argument, "number" by all arguments, or None for unknown.
Signature = tuple[str, Type | str | None]

FUNCTIONS: dict[str, Signature] = {
    "abs": ("n", "same"),
    "bitand": ("ii", INTEGER),
    "bitnand": ("ii", INTEGER),
    "bitnot": ("i", INTEGER),
    "bitor": ("ii", INTEGER),
    "bitshl": ("ii", INTEGER),
    "bitshr": ("ii", INTEGER),
    "bitushr": ("ii", INTEGER),
    "bitxor": ("ii", INTEGER),
    "ceil": ("n", FLOAT),
    "concat": ("ll*", "same"),
    "date": ("aAAA", None),
    "duration": ("t", None),
    "first": ("l", "element"),
    "flatten": ("l", LIST),
    "float": ("c", FLOAT),
    "floor": ("n", FLOAT),
    "fromBase64": ("t", STRING),
    "fromJSON": ("t", None),
    "fromPairs": ("l", DICT),
    "get": ("aa", None),
    "hasPrefix": ("tt", BOOL),
    "hasSuffix": ("tt", BOOL),
    "indexOf": ("tt", INTEGER),
    "int": ("c", INTEGER),
    "join": ("lT", STRING),
    "keys": ("m", LIST),
    "last": ("l", "element"),
    "lastIndexOf": ("tt", INTEGER),
    "len": ("s", INTEGER),
    "lower": ("t", STRING),
    "max": ("vv*", "number"),
    "mean": ("vv*", FLOAT),
    "median": ("vv*", FLOAT),
    "min": ("vv*", "number"),
    "now": ("A", None),
    "repeat": ("ti", STRING),
    "replace": ("tttI", STRING),
    "reverse": ("l", "same"),
    "round": ("n", FLOAT),
    "sort": ("lT", "same"),
    "split": ("ttI", TEXTS),
    "splitAfter": ("ttI", TEXTS),
    "string": ("a", STRING),
    "take": ("li", "same"),
    "timezone": ("t", None),
    "toBase64": ("t", STRING),
    "toJSON": ("a", STRING),
    "toPairs": ("m", LIST),
    "trim": ("tT", STRING),
    "trimPrefix": ("tT", STRING),
    "trimSuffix": ("tT", STRING),
    "type": ("a", STRING),
    "uniq": ("l", "same"),
    "upper": ("t", STRING),
    "values": ("m", LIST),
}

ARGO: dict[str, Signature] = {
    "asFloat": ("c", FLOAT),
    "asInt": ("c", INTEGER),
    "jsonpath": ("tt", None),
    "toJson": ("a", STRING),
}

# Of the functions with a closure: what it must give (`b` Bool, `n` a number, `a` anything), and the result of the call:
# "body" is a list of what the closure gives, "sum" what it gives.
CLOSURES: dict[str, Signature] = {
    "all": ("b", BOOL),
    "any": ("b", BOOL),
    "count": ("b", INTEGER),
    "filter": ("b", "same"),
    "find": ("b", "element"),
    "findIndex": ("b", INTEGER),
    "findLast": ("b", "element"),
    "findLastIndex": ("b", INTEGER),
    "groupBy": ("a", DICT),
    "map": ("a", "body"),
    "none": ("b", BOOL),
    "one": ("b", BOOL),
    "reduce": ("a", None),
    "sortBy": ("a", "same"),
    "sum": ("n", "sum"),
}

WANTED = {
    "a": "anything",
    "b": "true or false",
    "c": "a number or text",
    "i": "an Integer",
    "l": "a list",
    "m": "a mapping",
    "n": "a number",
    "s": "a text, a list or a mapping",
    "t": "text",
    "v": "numbers",
    "x": "text or a list",
}


_KINDS = {"number": "nvc", "text": "tcsx", "list": "lvsx", "mapping": "ms", "Bool": "b"}


def group(type: Type) -> str:
    """Return the group of a type: values of two groups are never equal."""
    if type.is_number:
        return "number"
    return "list" if type.is_list else "mapping" if type.is_mapping else "Bool" if type.name == "Bool" else "text"


def accepts(kind: str, type: Type | None) -> bool:
    """Whether a value of a type may go where `kind` is wanted; what is not known may."""
    if type is None or kind == "a":
        return True
    return type.name == "Integer" if kind == "i" else kind in _KINDS[group(type)]
