"""Statements that go on after a mistake: it is reported, and what was to be set is marked, so that it is told once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

if TYPE_CHECKING:
    from yamlflow.templating.environment import TemplateEnvironment


class RecoveringGenerator(CodeGenerator):
    """Writes each header of a statement so that a mistake in it ends no more than the statement.

    Only headers are guarded, not what they enclose: Python allows 20 blocks in each other, and templates need them.
    """

    environment: "TemplateEnvironment"

    def __init__(self, *args: Any) -> None:  # noqa: ANN401  # handed on as they are
        super().__init__(*args)
        self.kept: set[int] = set()
        """The ids of nodes whose values go on under another name."""

    def attempt(self, write: Callable[[], None], otherwise: Callable[[str], None] | None = None) -> None:
        """Write code that may fail, and what to do `otherwise` with the error."""
        error = self.temporary_identifier()
        self.writeline("try:")
        self.indent()
        self.writeline("pass")
        write()
        self.outdent()
        self.writeline(f"except Exception as {error}:")
        self.indent()
        if otherwise is None:
            self.writeline(f"environment.recover({error})")
        else:
            otherwise(error)
        self.outdent()

    def visit_If(self, node: nodes.If, frame: Frame) -> None:
        """Choose the branch first; after a mistake in a condition none is taken."""
        chosen, inner = self.temporary_identifier(), frame.soft()
        branches = [node, *node.elif_]

        def choose() -> None:
            self.writeline(f"{chosen} = ", node)
            for number, branch in enumerate(branches, 1):
                self.write(f"{number} if ")
                self.visit(branch.test, inner)
                self.write(" else ")
            self.write("0")

        def give_up(error: str) -> None:
            self.writeline(f"{chosen} = -1")
            self.writeline(f"environment.recover({error})")

        self.attempt(choose, give_up)
        bodies = [branch.body for branch in branches]
        for number, body in enumerate([*bodies, node.else_], 1):
            if body or number == 1:
                self.writeline(f"{'if' if number == 1 else 'elif'} {chosen} == {number % (len(bodies) + 1)}:")
                self.indent()
                self.blockvisit(body, inner)
                self.outdent()

    def items(self, node: nodes.For, frame: Frame) -> str:
        """Write what a loop goes through to a variable, and return its name."""
        found = self.temporary_identifier()

        def write() -> None:
            self.writeline(f"{found} = environment.items(", node)
            self.visit(node.iter, frame)
            self.write(")")

        def give_up(error: str) -> None:
            self.writeline(f"{found} = ()")
            self.writeline(f"environment.recover({error})")

        self.attempt(write, give_up)
        return found

    def visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:
        """Set variables."""
        self.kept.add(id(node.node))
        self.attempt(lambda: super(RecoveringGenerator, self).visit_Assign(node, frame), self._marker(node, frame))

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:
        """Set a variable to a block; only its filter can fail, for the block's own mistakes are reported in it."""
        if node.filter is None:
            super().visit_AssignBlock(node, frame)
            return
        self.attempt(lambda: super(RecoveringGenerator, self).visit_AssignBlock(node, frame), self._marker(node, frame))

    def _marker(self, node: nodes.Assign | nodes.AssignBlock, frame: Frame) -> Callable[[str], None]:
        """Return what marks the variables of an assignment as spoiled."""
        targets = [node.target] if isinstance(node.target, nodes.Name | nodes.NSRef) else []
        targets += node.target.find_all((nodes.Name, nodes.NSRef))

        def write(error: str) -> None:
            made = self.temporary_identifier()
            self.writeline(f"{made} = environment.spoil({error})")
            self.push_assign_tracking()
            for target in targets:
                if isinstance(target, nodes.NSRef):
                    self.writeline(f"environment.spoil_in({frame.symbols.ref(target.name)}, {target.attr!r}, {made})")
                else:
                    self.newline(target)
                    self.visit(target, frame)
                    self.write(f" = {made}")
            self.pop_assign_tracking(frame)

        return write

    def visit_With(self, node: nodes.With, frame: Frame) -> None:
        """Set variables for a block."""
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.kept.update(map(id, node.values))
        for target, value in zip(node.targets, node.values, strict=True):
            self._set(target, value, frame, inner)
        self.blockvisit(node.body, inner)
        self.leave_frame(inner)

    def _set(self, target: nodes.Expr, value: nodes.Expr, outer: Frame, inner: Frame) -> None:
        def write() -> None:
            self.newline(target)
            self.visit(target, inner)
            self.write(" = ")
            self.visit(value, outer)

        def give_up(error: str) -> None:
            made = self.temporary_identifier()
            self.writeline(f"{made} = environment.spoil({error})")
            for name in [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name):
                self.newline(name)
                self.visit(name, inner)
                self.write(f" = {made}")

        self.attempt(write, give_up)

    def visit_Import(self, node: nodes.Import, frame: Frame) -> None:
        """Import a template's macros under a name."""
        self.attempt(
            lambda: super(RecoveringGenerator, self).visit_Import(node, frame),
            lambda error: self._spoil_names([node.target], error, frame),
        )

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:
        """Import some of a template's macros."""
        names = dict((name, name) if isinstance(name, str) else name for name in node.names)

        def give_up(error: str) -> None:
            self.writeline("included_template = None")
            self._spoil_names(list(names.values()), error, frame)

        self.attempt(lambda: super(RecoveringGenerator, self).visit_FromImport(node, frame), give_up)
        for name, alias in names.items():
            check = f"environment.imported({frame.symbols.ref(alias)}, {name!r}, included_template)"
            self.attempt(partial(self.writeline, check, node), partial(self._spoil_names, [alias], frame=frame))

    def _spoil_names(self, names: list[str], error: str, frame: Frame) -> None:
        made = self.temporary_identifier()
        self.writeline(f"{made} = environment.spoil({error})")
        for name in names:
            seen = f" = context.vars[{name!r}]" if frame.toplevel else ""
            self.writeline(f"{frame.symbols.ref(name)}{seen} = {made}")

    @contextmanager
    def _filter_test_common(self, node: nodes.Filter | nodes.Test, frame: Frame, is_filter: bool) -> Iterator[None]:
        """Write the call of a filter or test; one that does not exist was reported, and ends the expression."""
        if node.name in (self.environment.filters if is_filter else self.environment.tests):
            with super()._filter_test_common(node, frame, is_filter):
                yield
            return
        self.environment.report_unknown(node, self.name or "")
        self.write("environment.skip(")
        yield
        self.signature(node, frame)
        self.write(")")
