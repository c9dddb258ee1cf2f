"""Jinja's code generator, so extended that texts know their origins and errors their places."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import nodes
from jinja2.compiler import Frame, MacroRef

from yamlflow.templating.nodes import extent
from yamlflow.templating.recovering import RecoveringGenerator
from yamlflow.templating.text import Place
from yamlflow.templating.traced import Origin, Step, StepKind

if TYPE_CHECKING:
    from yamlflow.templating.environment import TemplateEnvironment

_INDENT = 4
_NO_TRAIL = "()"
Position = tuple[int, int]


class Record(NamedTuple):
    """A stretch of generated code (line, column in bytes), the node that it is of, and its variable with the trail."""

    start: Position
    end: Position
    node: nodes.Node
    trail: str


class Generator(RecoveringGenerator):
    """Writes the code of one template."""

    environment: "TemplateEnvironment"

    def __init__(self, environment: "TemplateEnvironment", name: str | None, filename: str | None, *args: Any) -> None:  # noqa: ANN401  # handed on as they are
        super().__init__(environment, name, filename, *args)
        self._text = environment.texts[name or ""]
        self._records = environment.records[name or ""] = []
        self._column = 0
        self._trail = _NO_TRAIL
        self._loops: dict[int, tuple[nodes.For, str]] = {}
        self._ready: dict[int, str] = {}
        """Variables that hold the values of nodes, by the nodes' ids."""

    def write(self, x: str) -> None:
        """Write code, and keep count of the column."""
        if self._new_lines or self._first_write:
            self._column = _INDENT * self._indentation
        super().write(x)
        self._column += len(x) if x.isascii() else len(x.encode())

    def _here(self) -> Position:
        """Return where the next code will stand."""
        if self._new_lines and not self._first_write:
            return self.code_lineno + self._new_lines, _INDENT * self._indentation
        return self.code_lineno, self._column

    def _record(self, start: Position, node: nodes.Node) -> None:
        self._records.append(Record(start, self._here(), node, self._trail))

    def visit(self, node: nodes.Node, *args: object, **kwargs: object) -> None:
        """Write the code of a node, and keep where it stands."""
        ready = self._ready.pop(id(node), "")
        if ready:
            self.write(ready)
            return
        start = self._here()
        if id(node) in self.kept:
            self.write("environment.kept(")
            super().visit(node, *args, **kwargs)
            self.write(")")
        else:
            super().visit(node, *args, **kwargs)
        self._record(start, node)

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Write each part on its own, so that each keeps its origin."""
        if frame.require_output_check:
            if self.has_known_extends:
                return
            self.writeline("if parent_template is None:")
            self.indent()
            self.writeline("pass")
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.simple_write(f"environment.text({self._piece(child)}, {self._trail})", frame, child)
            else:
                self._put(child, frame, partial(self.visit, child, frame))
        if frame.require_output_check:
            self.outdent()

    def _piece(self, node: nodes.TemplateData) -> int:
        start = node.lineno.start if isinstance(node.lineno, Place) else 0
        pieces = self.environment.pieces
        pieces.append((node.data, Origin(self._text, start, start + len(node.data), True)))
        return len(pieces) - 1

    def _put(self, node: nodes.Node, frame: Frame, write_value: Callable[[], None]) -> None:
        """Write code that puts out a value; a mistake in it is reported, and the rest goes on."""
        made = self.temporary_identifier()

        def write() -> None:
            self.writeline(f"{made} = ", node)
            start = self._here()
            self.write("environment.output(")
            write_value()
            self.write(f", {self._place(node)}, {self._trail})")
            self._record(start, node)

        self.attempt(write, lambda error: self.writeline(f"{made} = environment.recover({error})"))
        self.simple_write(made, frame)

    def _place(self, node: nodes.Node) -> int:
        """Return the number of a tag's place."""
        start, end = extent(node, self._text) or (0, 0)
        tag = self._text.tag(start)
        places = self.environment.places
        step = Step(_kind(node), self._text, tag.start, max(tag.end, end))
        places.append((Origin(self._text, step.start, step.end, False), step))
        return len(places) - 1

    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        """Keep count of the passes."""
        mark = self.temporary_identifier()
        self._loops[id(node.body)] = node, mark
        self.writeline(f"{mark} = environment.loop({self._place(node)}, {self._trail}, {node.recursive!r})")
        self._ready[id(node.iter)] = self.items(node, frame)
        if node.test or not isinstance(node.target, nodes.Name):
            self.attempt(lambda: super(Generator, self).visit_For(node, frame))
        else:
            super().visit_For(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write the code of a block; that of a loop begins by noting the pass."""
        node, mark = self._loops.pop(id(nodes), (None, ""))
        if node is None:
            super().blockvisit(nodes, frame)
            return
        outer, self._trail = self._trail, self.temporary_identifier()
        names = "".join(f"({name!r}, {frame.symbols.ref(name)}), " for name in _names(node.target))
        self.writeline(f"{self._trail} = {mark}.enter(({names}))")
        super().blockvisit(nodes, frame)
        self._trail = outer

    def macro_body(self, node: nodes.Macro | nodes.CallBlock, frame: Frame) -> tuple[Frame, MacroRef]:
        """Write the function of a macro: its texts learn where it was called from when they are put out."""
        self.kept.update(map(id, node.defaults))
        outer, self._trail = self._trail, _NO_TRAIL
        made = super().macro_body(node, frame)
        self._trail = outer
        return made

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:
        """Put out what a macro makes of a block."""
        call_frame, macro_ref = self.macro_body(node, frame)
        self.writeline("caller = ")
        self.macro_def(macro_ref, call_frame)
        self._put(node, frame, partial(self.visit_Call, node.call, frame, forward_caller=True))

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:
        """Put out what a filter makes of a block."""
        filter_frame = frame.inner()
        filter_frame.symbols.analyze_node(node)
        self.enter_frame(filter_frame)
        self.buffer(filter_frame)
        self.blockvisit(node.body, filter_frame)
        self._put(node, frame, partial(self.visit_Filter, node.filter, filter_frame))
        self.leave_frame(filter_frame)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        """Put out another template."""
        local = self.dump_local_context(frame) if node.with_context else "None"

        def write() -> None:
            self.writeline("for event in environment.include(context, ", node)
            self.visit(node.template, frame)
            options = f"{self.name!r}, {node.ignore_missing!r}, {local}, {self._place(node)}, {self._trail}"
            self.write(f", {options}):")
            self.indent()
            self.simple_write("event", frame)
            self.outdent()

        self.attempt(write)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """Join by `~` within limits."""
        self.write("environment.joined((")
        for arg in node.nodes:
            self.visit(arg, frame)
            self.write(", ")
        self.write("))")


def _kind(node: nodes.Node) -> StepKind:
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    if isinstance(node, nodes.Call | nodes.CallBlock):
        return "call"
    return "include" if isinstance(node, nodes.Include) else "pass" if isinstance(node, nodes.For) else "use"


def _names(target: nodes.Node) -> list[str]:
    found = [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
    return [node.name for node in found]
