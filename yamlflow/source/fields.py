"""Reading a mapping key by key: what is unknown, missing or of the wrong kind is reported at its place."""

from collections.abc import Iterator

from yamlflow.diagnostics import Sink, Span, did_you_mean
from yamlflow.source.ambiguous import warn_of_number, warn_of_text, warn_of_word
from yamlflow.source.meant import flag_hint, list_hint, mapping_hint, text_hint
from yamlflow.source.nodes import Entry, Mapping, Node, Scalar, Sequence

_TOO_SHORT = 2  # to tell what was meant
_EXPRESSION = "an expression"
_ARTICLE = {"text": "text", "list": "a list", "mapping": "a mapping"}


def kind_name(node: Node) -> str:
    """Return what a node is, in people's words: "text", "a number", "a list", ..."""
    if not isinstance(node, Scalar):
        return _ARTICLE[node.kind]
    value = node.data()
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{node.value}` (true or false)"
    if isinstance(value, (int, float)):
        return f"the number `{node.value}`"
    return _EXPRESSION if node.value.startswith("${{") else "text"


def place(node: Node) -> Span:
    """Return where to point for a node: its alias if one brought it here; only the start of what spans many lines."""
    if node.alias is not None:
        return node.alias
    span = node.span
    if isinstance(node, Scalar):
        return span
    line_end = span.source.text.find("\n", span.start, span.end)
    return span if line_end < 0 else Span(span.source, span.start, max(line_end, span.start + 1))


def wrong_kind(sink: Sink, node: Node, expected: str, where: str, hint: str = "") -> None:
    """Report that `where` holds another kind of value than expected."""
    got = kind_name(node)
    known = "it must be known before the run" if got == _EXPRESSION else ""
    sink.error("wrong-kind", f"{where}: expected {expected}, got {got}", place(node), hint or known)


def as_mapping(
    node: Node | None, where: str, sink: Sink, expected: str = "a mapping", hint: str = ""
) -> Mapping | None:
    """Return the node if it is a mapping; report anything else but None, with a hint of its own if none is given."""
    if node is None or isinstance(node, Mapping):
        return node
    wrong_kind(sink, node, expected, where, hint or mapping_hint(node, expected))
    return None


def as_list(node: Node | None, where: str, sink: Sink, expected: str = "a list") -> list[Node]:
    """Return the items of a list; report anything else but None."""
    if isinstance(node, Sequence):
        return node.items
    if node is not None:
        wrong_kind(sink, node, expected, where, list_hint(node, expected))
    return []


def as_text(node: Node | None, where: str, sink: Sink, expected: str = "text") -> Scalar | None:
    """Return the node if it is a scalar that says something; report anything else but None."""
    if node is None:
        return None
    if isinstance(node, Scalar) and (node.style or node.data() is not None):
        if not node.style:
            warn_of_word(node, sink)
        return node
    wrong_kind(sink, node, expected, where, text_hint(node, expected))
    return None


def _odd_blank(key: str) -> str:
    """Return what is to be done about a blank in a key that is no space, though it looks like one."""
    odd = next((sign for sign in key if sign.isspace() and sign != " "), "")
    return f"it holds U+{ord(odd):04X}, which looks like a space: write spaces" if odd else ""


def _dedented(key: str, node: Mapping, keys: tuple[str, ...]) -> str:
    """Return the advice to indent a key that stands behind one of ours without a value, no deeper than it."""
    names = list(node.entries)
    before = next((name for name in reversed(names[: names.index(key)]) if name in keys), "")
    value = node.get(before)
    if not isinstance(value, Scalar) or value.span.text or value.alias:
        return ""
    return f"indent it if it belongs to `{before}`"


class Fields:
    """One mapping against its table of keys. `what` names it in messages: "the pipeline", "task `flip`".

    `meant` says by what others call a key of ours what it is called here.
    """

    __slots__ = ("has_unknown", "node", "sink", "what")

    def __init__(
        self,
        node: Mapping,
        sink: Sink,
        what: str,
        keys: tuple[str, ...],
        required: tuple[str, ...] = (),
        meant: dict[str, str] | None = None,
    ) -> None:
        self.node = node
        self.sink = sink
        self.what = what
        self.has_unknown = False
        misspelt: set[str] = set()
        strange = 0
        for entry in node:
            if entry.key.value not in keys:
                name = entry.key.value
                near = "" if len(name) <= _TOO_SHORT else did_you_mean(name, keys, node.entries)
                other = f"write `{meant[name]}`" if meant is not None and name in meant else ""
                hint = _odd_blank(name) or other or near or _dedented(name, node, keys)
                note = () if hint else (f"the keys of {what} are: {', '.join(keys)}",)
                self.has_unknown = True
                strange += not near
                misspelt.add(getattr(near, "name", ""))
                sink.error("unknown-key", f"{what} has no key `{entry.key.value}`", entry.key.span, hint, notes=note)
        for key in required:
            if key in misspelt or (len(required) == 1 and 0 < strange == len(node.entries)):
                continue
            if key not in node:
                sink.error("missing-key", f"{what} needs the key `{key}`", place(node))
            elif self.get(key) is None:
                sink.error("wrong-kind", f"{self._where(key)} is empty", node.key_span(key))

    def _where(self, key: str) -> str:
        return f"`{key}` of {self.what}"

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None; a key without a value counts as absent."""
        entry = self.node.entries.get(key)
        if entry is None:
            return None
        node = entry.value
        if isinstance(node, Scalar) and not node.style and not node.tag and node.value in ("", "~", "null"):
            return None
        return node

    def text(self, key: str, expected: str = "text") -> Scalar | None:
        """Return a scalar, or None after reporting another kind."""
        node = self.get(key)
        return None if node is None else as_text(node, self._where(key), self.sink, expected)

    def mapping(self, key: str, expected: str = "a mapping", hint: str = "") -> Mapping | None:
        """Return a mapping, or None after reporting another kind."""
        node = self.get(key)
        return None if node is None else as_mapping(node, self._where(key), self.sink, expected, hint)

    def list(self, key: str, expected: str = "a list") -> list[Node]:
        """Return the items of a list, empty after reporting another kind."""
        node = self.get(key)
        return [] if node is None else as_list(node, self._where(key), self.sink, expected)

    def entries(self, key: str, expected: str = "a mapping", hint: str = "") -> Iterator[Entry]:
        """Yield the entries of a mapping, none after reporting another kind."""
        node = self.mapping(key, expected, hint)
        return iter(node) if node is not None else iter(())

    def texts(self, key: str, *, numbers: bool = False) -> dict[str, Scalar]:
        """Return a mapping of name to text; entries of another kind are reported. `numbers` may be meant as such."""
        found: dict[str, Scalar] = {}
        for entry in self.entries(key, "a mapping of text to text"):
            value = as_text(entry.value, f"`{entry.key.value}` in {self._where(key)}", self.sink)
            if value is not None:
                found[entry.key.value] = value
                if not value.style and not numbers:
                    warn_of_text(value, self.sink)
        return found

    def flag(self, key: str) -> bool:
        """Return a boolean, False when absent."""
        node = self.get(key)
        if node is None:
            return False
        value = node.data()
        if not isinstance(value, bool):
            wrong_kind(self.sink, node, "true or false", self._where(key), flag_hint(node))
            return False
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> Scalar | None:
        """Return a text that must be one of the choices."""
        node = self.get(key)
        if isinstance(node, Scalar) and node.value in choices:
            return node  # `off` is a word of ours here, whatever it is elsewhere
        node = self.text(key)
        if node is not None:
            self.sink.error(
                "invalid-value",
                f"{self._where(key)} cannot be `{node.value}`",
                node.span,
                did_you_mean(node.value, choices),
                notes=(f"possible are: {', '.join(choices)}",),
            )
            return None
        return node

    def integer(self, key: str, minimum: int = 0) -> int | None:
        """Return a whole number of at least `minimum`."""
        node = self.get(key)
        if node is None:
            return None
        value = node.data()
        if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
            wrong_kind(self.sink, node, f"a whole number from {minimum} on", self._where(key))
            return None
        if isinstance(node, Scalar):
            warn_of_number(node, self.sink)
        return value


def meant_names(node: Node | None) -> list[Scalar]:
    """Return the names in what should be a list of {name, ...}, and was reported: so that who uses them finds them."""
    if isinstance(node, Mapping):
        return [entry.key for entry in node]
    return [item for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []
