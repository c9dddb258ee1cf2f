"""The sandbox in which templates are rendered, and what their generated code calls."""

from collections.abc import Iterable, Iterator, Mapping
from types import BuiltinMethodType, CodeType
from typing import NoReturn, Protocol

from jinja2 import Template, TemplateNotFound, TemplateSyntaxError, Undefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import UndefinedError
from jinja2.nodes import Filter, Test
from jinja2.nodes import Template as Tree
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from yamlflow.diagnostics import Diagnostic
from yamlflow.templating.filters import FILTERS
from yamlflow.templating.generator import Generator, Record
from yamlflow.templating.lexer import PlacedLexer
from yamlflow.templating.limits import Budget, check_call, check_operation, guarded
from yamlflow.templating.loader import FolderLoader
from yamlflow.templating.missing import unknown
from yamlflow.templating.parser import PlacedParser
from yamlflow.templating.printing import printed
from yamlflow.templating.sites import innermost, template_frame
from yamlflow.templating.text import TemplateText
from yamlflow.templating.traced import Origin, Step, Stretch, Traced, Trail, join, passed_on, stretches
from yamlflow.templating.undefined import KnownError, Missing, NotExportedError, missing_parts, spoiled

_UNWANTED = ("lipsum",)
_SPECIAL = frozenset(("_loop_vars", "_block_vars", "caller"))


class Report(Protocol):
    """Takes what is wrong in templates."""

    def recover(self, error: Exception) -> str:
        """Report a mistake; raise what makes no sense to go on after."""

    def tell(self, finding: Diagnostic) -> None:
        """Report what is wrong in a template however it is used."""

    def describe(self, error: Exception) -> Diagnostic:
        """Return the finding for an exception."""


class LoopMark:
    """A loop that is running."""

    __slots__ = ("_budget", "_number", "_outer", "_recursive", "_step")

    def __init__(self, step: Step, outer: Trail, budget: Budget, *, recursive: bool) -> None:
        self._step = step
        self._outer = outer
        self._budget = budget
        self._recursive = recursive
        self._number = 0

    def enter(self, names: tuple[tuple[str, object], ...]) -> Trail:
        """Begin a pass, and return the trail of its texts. Passes of a recursive loop have no numbers."""
        self._budget.work()
        self._number += not self._recursive
        return (self._step._replace(number=self._number, names=names), *self._outer)


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Renders templates once: `texts`, `records`, `pieces` and `places` are what the code generator leaves behind."""

    code_generator_class = Generator
    intercepted_binops = frozenset(("+", "*", "**", "%"))
    concat = staticmethod(join)

    def __init__(self, loader: FolderLoader, report: Report) -> None:
        super().__init__(
            undefined=Missing, keep_trailing_newline=True, optimized=False, loader=loader, auto_reload=False
        )
        self.folder = loader
        self.recover = report.recover
        self._report = report
        self._findings: dict[object, Diagnostic] = {}
        self.texts: dict[str, TemplateText] = loader.texts
        self.records: dict[str, list[Record]] = {}
        self.pieces: list[tuple[str, Origin]] = []
        self.places: list[tuple[Origin, Step]] = []
        self.budget = Budget()
        for name in _UNWANTED:
            del self.globals[name]
        self.filters.update(FILTERS)
        for name, function in self.filters.items():
            self.filters[name] = guarded(name, function, self.budget)
        self._compiled = ""
        self._lexer = PlacedLexer(self, self.texts.__getitem__)

    @property
    def lexer(self) -> PlacedLexer:
        """The lexer, which knows offsets."""
        return self._lexer

    def _parse(self, source: str, name: str | None, filename: str | None) -> Tree:
        self._compiled = name or ""
        try:
            return PlacedParser(self, source, name, filename).parse()
        except TemplateSyntaxError as error:
            error.name = name  # some of Jinja's errors have it wrong
            raise

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except SyntaxError as error:  # what Jinja does not check: parameters of one name, loops nested too deep
            at = (error.lineno or 1, (error.offset or 1) - 1)
            record = innermost(self.records[self._compiled], at, at)
            raise TemplateSyntaxError(error.msg, record.node.lineno if record else 1, self._compiled) from None

    def join_path(self, template: str, parent: str) -> str:
        """Return the path of a template that another one names."""
        return self.folder.resolve(template, parent)

    def getattr(self, obj: object, attribute: str) -> object:
        """Look up `obj.attribute`; a key of a mapping stands above its methods."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Look up `obj[argument]`."""
        if isinstance(argument, Undefined):
            str(argument)  # says what is undefined
        return super().getitem(obj, argument)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Do an operation unless its result would be huge."""
        check_operation(operator, left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            found: object = join((left, right))
        else:
            found = super().call_binop(context, operator, left, right)
        self.budget.made(found)
        return found

    def call(self, context: Context, obj: object, /, *args: object, **kwargs: object) -> object:
        """Call a macro, a function or a method."""
        self.budget.work()
        for value in (*args, *kwargs.values()):
            self.kept(value)
        method = getattr(obj, "__wrapped__", obj)
        if isinstance(method, BuiltinMethodType) and isinstance(method.__self__, str):
            given = [value for name, value in kwargs.items() if name not in _SPECIAL]
            check_call(method.__name__, [method.__self__, *args, *given])
        if not isinstance(obj, Macro | LoopContext):
            found = super().call(context, obj, *args, **kwargs)
            self.budget.made(found)
            return found
        self.budget.enter("macros call each other" if isinstance(obj, Macro) else "the loop calls itself")
        try:
            return super().call(context, obj, *args, **kwargs)
        finally:
            self.budget.leave()

    def text(self, index: int, trail: Trail) -> Traced:
        """Return a piece of a template as it stands."""
        text, origin = self.pieces[index]
        self.budget.work()
        self.budget.text(len(text))
        return Traced(text, (Stretch(len(text), origin._replace(trail=trail) if trail else origin),))

    def output(self, value: object, index: int, trail: Trail) -> Traced:
        """Return a value as the text that is put out for it."""
        text = printed(value)
        self.budget.work(1 + len(stretches(text)))
        self.budget.text(len(text))
        origin, step = self.places[index]
        return passed_on(text, origin._replace(trail=trail), step)

    def joined(self, values: Iterable[object]) -> str:
        """Return what `~` makes of values."""
        parts = [printed(value) for value in values]
        self.budget.text(sum(map(len, parts)))
        return join(parts)

    def items(self, value: Iterable[object]) -> Iterable[object]:
        """Return what a loop goes through; an error says what cannot be."""
        iterator = iter(value)
        return list(iterator) if iterator is value else value

    def spoil(self, error: Exception) -> Missing:
        """Report a mistake, and return what stands for the value: whatever is done with it is not reported again."""
        self.recover(error)
        return spoiled()

    def kept(self, value: object) -> object:
        """Return a value that goes on under another name; what is undefined in it remembers where it came from."""
        for part in missing_parts(value):
            frame = template_frame()
            key = (frame and frame.f_code, frame and frame.f_lasti, str(part._undefined_name))
            if key not in self._findings:
                try:
                    part._fail_with_undefined_error()
                except UndefinedError as error:
                    self._findings[key] = self._report.describe(error)
            part._finding = self._findings[key]
        return value

    def imported(self, value: object, name: str, module: TemplateModule | None) -> None:
        """Refuse a name that a template does not have."""
        if isinstance(value, Missing) and module is not None:
            known = [key for key in vars(module) if not key.startswith("_")]
            raise NotExportedError(str(module.__name__), name, known)

    def spoil_in(self, holder: object, name: str, spoiled: Missing) -> None:
        """Mark an attribute of a namespace as spoiled."""
        if isinstance(holder, Namespace):
            holder[name] = spoiled

    def skip(self, *_: object, **__: object) -> NoReturn:
        """End an expression whose mistake was reported."""
        raise KnownError

    def report_unknown(self, node: Filter | Test, name: str) -> None:
        """Report a filter or a test that does not exist."""
        self._report.tell(unknown(node, self.texts[name], self))

    def loop(self, index: int, outer: Trail, recursive: bool) -> LoopMark:
        """Begin a loop."""
        return LoopMark(self.places[index][1], outer, self.budget, recursive=recursive)

    def include(
        self,
        context: Context,
        wanted: "str | Template | list[str | Template]",
        parent: str,
        ignore_missing: bool,
        local: Mapping[str, object] | None,
        index: int,
        trail: Trail,
    ) -> Iterator[Traced]:
        """Yield the texts of another template; `local` are the variables that it sees, None if it sees none."""
        try:
            template = self.get_or_select_template(wanted, parent)
        except TemplateNotFound:
            if ignore_missing:
                return
            raise
        self.budget.enter("templates include each other")
        seen = template.new_context(context.get_all(), True, local) if local is not None else template.new_context()
        origin, step = self.places[index]
        whole = origin._replace(trail=trail)
        try:
            for text in template.root_render_func(seen):
                yield passed_on(text, whole, step)
        finally:
            self.budget.leave()
