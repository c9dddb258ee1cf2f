"""From a template to the YAML text that it yields."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yamlflow.diagnostics import Diagnostic, Sink, SourceText
from yamlflow.templating.environment import TemplateEnvironment
from yamlflow.templating.failures import FINAL, EnvironmentNameError, diagnose
from yamlflow.templating.loader import FolderLoader, ReportedError
from yamlflow.templating.rendered import RenderedText
from yamlflow.templating.text import TemplateText
from yamlflow.templating.traced import Stretch, Traced, stretches
from yamlflow.templating.undefined import KnownError

_MOST_FINDINGS = 20
_MOST_TRIES = 200
_MOST_PASSES = 10_000
"""In a loop a mistake is found in each pass, and told once."""


class Context(NamedTuple):
    """What a template can see: `values`, `profile`, and by `env('NAME')` the environment."""

    values: Mapping[str, Any]
    profile: str
    env: Mapping[str, str]


class _Report:
    """Reports mistakes of one rendering; after the first ones it ends it."""

    def __init__(self, sink: Sink, main: str) -> None:
        self._sink = sink
        self._main = main
        self._left = _MOST_FINDINGS
        self._tries = _MOST_TRIES
        self._passes = _MOST_PASSES
        self.environment: TemplateEnvironment
        self.failed = False

    def add(self, error: Exception) -> None:
        """Report what a template did wrong."""
        self.failed = True
        if not isinstance(error, (ReportedError, KnownError)):
            self._sink.add(self.describe(error))

    def describe(self, error: Exception) -> Diagnostic:
        """Return the finding for what a template did wrong."""
        return diagnose(error, self.environment, self._main)

    def tell(self, finding: Diagnostic) -> None:
        """Report what is wrong in a template however it is used."""
        self.failed = True
        self._sink.add(finding)

    def recover(self, error: Exception) -> str:
        """Report a mistake and go on without the text, unless that makes no sense."""
        if isinstance(error, (*FINAL, ReportedError)):
            raise error
        self._passes -= 1
        if not self._passes:
            raise ReportedError
        if not isinstance(error, KnownError):
            self._tries -= 1
            before = len(self._sink.items)
            self.add(error)
            self._left -= len(self._sink.items) > before
            if not self._left or not self._tries:
                raise ReportedError
        return Traced("", ())


def render(source: SourceText, context: Context, root: str, sink: Sink) -> SourceText | None:
    """Return what a template yields, None after reporting what is wrong; it can use the files below `root`."""
    made, whole = render_anyway(source, context, root, sink)
    return made if whole else None


def render_anyway(source: SourceText, context: Context, root: str, sink: Sink) -> tuple[RenderedText, bool]:
    """Return what a template yields, without what failed and was reported, and whether that is all."""
    name = source.name
    report = _Report(sink, name)
    loader = FolderLoader(root, sink)
    loader.texts[name] = TemplateText(source)
    environment = report.environment = TemplateEnvironment(loader, report)
    environment.globals.update(_globals(context))
    chunks: list[Stretch] = []
    texts: list[str] = []
    try:
        template = environment.get_template(name)
        for text in template.root_render_func(template.new_context()):
            texts.append(text)
            chunks += stretches(text)
    except Exception as error:
        report.add(error)
    return RenderedText(loader.texts[name].source, "".join(texts), chunks), not report.failed


_REQUIRED = object()


def _globals(context: Context) -> dict[str, Any]:
    def env(name: str, default: object = _REQUIRED) -> object:
        found = context.env.get(name, default)
        if found is _REQUIRED:
            raise EnvironmentNameError(str(name), list(context.env))
        return found

    return {"values": dict(context.values), "profile": context.profile, "env": env}
