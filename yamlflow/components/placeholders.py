"""Command lines of the component spec: texts and placeholders."""

from yamlflow.components.keys import KEYS, REQUIRED
from yamlflow.components.model import Arg, Concat, If, InputPath, InputValue, IsPresent, OutputPath, Uses
from yamlflow.components.text import kfp_text
from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.source import Mapping, Node, Scalar, Sequence
from yamlflow.source.ambiguous import warn_of_change
from yamlflow.source.fields import Fields, place, wrong_kind
from yamlflow.types import parse_bool

_UNSUPPORTED = {
    "inputUri": "use `inputPath`: the value is in a file",
    "outputUri": "use `outputPath`: the program writes a file",
    "executorInput": "pass the inputs one by one",
    "inputMetadata": "",
    "inputOutputPortName": "",
    "outputMetadata": "",
}
_EXPECTED = "text or a placeholder such as {inputValue: NAME}"


class ArgumentReader:
    """Reads the arguments of one container and notes which inputs and outputs they use."""

    def __init__(self, inputs: list[str], outputs: list[str], sink: Sink) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.sink = sink
        self._by_value: set[str] = set()
        self._by_path: set[str] = set()
        self._tested: set[str] = set()
        self._written: set[str] = set()

    def uses(self, file_outputs: dict[str, str]) -> Uses:
        """Return what the arguments read so far refer to."""
        return Uses(
            frozenset(self._by_value),
            frozenset(self._by_path),
            frozenset(self._tested),
            frozenset(self._written | set(file_outputs)),
        )

    def written_by_path(self, name: str) -> bool:
        """Whether an `outputPath` names this output."""
        return name in self._written

    def arguments(self, nodes: list[Node], where: str) -> tuple[Arg, ...]:
        """Return a list of arguments; what is none is reported and left out."""
        found = (self.argument(node, where) for node in nodes)
        return tuple(item for item in found if item is not None)

    def argument(self, node: Node, where: str) -> Arg | None:
        """Return one argument, or None after reporting what is none."""
        if isinstance(node, Scalar) and node.data() is not None:
            text = kfp_text(node)
            warn_of_change(node, text, self.sink)
            return text
        if not isinstance(node, Mapping):
            wrong_kind(self.sink, node, _EXPECTED, where)
            return None
        if len(node.entries) != 1:
            count = len(node.entries)
            self.sink.error("wrong-kind", f"{where}: a placeholder has one key, this one has {count}", place(node))
            return None
        return self._placeholder(node, where)

    def _placeholder(self, node: Mapping, where: str) -> Arg | None:
        (entry,) = node
        key = entry.key.value
        if key == "inputValue":
            name = self._input(entry.value)
            return InputValue(self._note(name, self._by_value)) if name else None
        if key == "inputPath":
            name = self._input(entry.value)
            return InputPath(self._note(name, self._by_path)) if name else None
        if key == "outputPath":
            name = self._output(entry.value)
            return OutputPath(self._note(name, self._written)) if name else None
        if key == "concat":
            if isinstance(entry.value, Sequence):
                return Concat(self.arguments(entry.value.items, f"`concat` in {where}"))
            wrong_kind(self.sink, entry.value, "a list", f"`concat` in {where}")
        elif key == "if":
            if isinstance(entry.value, Mapping):
                return self._if(entry.value, f"`if` in {where}")
            wrong_kind(self.sink, entry.value, "a mapping {cond, then, else}", f"`if` in {where}")
        elif key in _UNSUPPORTED:
            message = f"the placeholder `{key}` is of KFP v2 and cannot be used here"
            self.sink.error("unsupported-placeholder", message, entry.key.span, _UNSUPPORTED[key])
        else:
            self._unknown(entry.key, where)
        return None

    def _unknown(self, key: Scalar, where: str) -> None:
        known = KEYS["placeholder"]
        hint = did_you_mean(key.value, known)
        note = f"the placeholders are: {', '.join(known)}"
        message = f"{where}: there is no placeholder `{key.value}`"
        self.sink.error("unknown-key", message, key.span, hint, notes=() if hint else (note,))

    def _note(self, name: str, names: set[str]) -> str:
        names.add(name)
        return name

    def _if(self, node: Mapping, where: str) -> If | None:
        fields = Fields(node, self.sink, where, KEYS["if"], REQUIRED["if"])
        condition = node.get("cond")
        tested = self._condition(condition, where) if condition is not None else None
        then = self._branch(fields.get("then"), where)
        otherwise = self._branch(fields.get("else"), where)
        return If(tested, then, otherwise) if tested is not None else None

    def _branch(self, node: Node | None, where: str) -> tuple[Arg, ...]:
        if node is None:
            return ()
        if isinstance(node, Sequence):
            return self.arguments(node.items, where)
        return self.arguments([node], where)

    def _condition(self, node: Node, where: str) -> bool | IsPresent | InputValue | None:
        if isinstance(node, Scalar):
            value = parse_bool(node.value) if node.value else False
            if value is None:
                self.sink.error("wrong-kind", f"`cond` of {where}: `{node.value}` is neither true nor false", node.span)
            return value
        if not isinstance(node, Mapping) or len(node.entries) != 1:
            wrong_kind(self.sink, node, "a constant, {isPresent: INPUT} or {inputValue: INPUT}", f"`cond` of {where}")
            return None
        (entry,) = node
        known = KEYS["condition"]
        if entry.key.value not in known:
            message = f"`cond` of {where} has no key `{entry.key.value}`"
            hint = did_you_mean(entry.key.value, known) or f"it is one of: {', '.join(known)}"
            self.sink.error("unknown-key", message, entry.key.span, hint)
            return None
        name = self._input(entry.value)
        if not name:
            return None
        return IsPresent(name) if entry.key.value == "isPresent" else InputValue(self._note(name, self._tested))

    def _input(self, node: Node) -> str:
        return self._name(node, "input", self.inputs)

    def _output(self, node: Node) -> str:
        return self._name(node, "output", self.outputs)

    def _name(self, node: Node, kind: str, known: list[str]) -> str:
        if not isinstance(node, Scalar) or node.data() is None:
            wrong_kind(self.sink, node, f"the name of an {kind}", "a placeholder")
            return ""
        if node.value in known:
            return node.value
        self.unknown(kind, node)
        return ""

    def unknown(self, kind: str, name: Scalar) -> None:
        """Report a name that is none of the component's inputs (or outputs)."""
        known, others = (self.inputs, self.outputs) if kind == "input" else (self.outputs, self.inputs)
        if name.value in others:
            hint = f"`{name.value}` is an {'output' if kind == 'input' else 'input'}"
        else:
            hint = did_you_mean(name.value, known)
        note = f"its {kind}s: {', '.join(known) or 'none'}"
        self.sink.error(
            f"unknown-{kind}", f"the component has no {kind} `{name.value}`", name.span, hint, notes=(note,)
        )
