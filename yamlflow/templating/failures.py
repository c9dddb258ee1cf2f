"""What goes wrong while a template is rendered, as findings at the expression that did it."""

import os
import re
from typing import TYPE_CHECKING

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError

from yamlflow.diagnostics import Diagnostic, Related, did_you_mean
from yamlflow.templating.filters import RequiredError
from yamlflow.templating.limits import LimitError
from yamlflow.templating.loader import UnsafePathError
from yamlflow.templating.missing import explain
from yamlflow.templating.nodes import extent, focus
from yamlflow.templating.parser import TagError
from yamlflow.templating.sites import Site, entered_from, sites, trail_of
from yamlflow.templating.steps import told
from yamlflow.templating.text import Place
from yamlflow.templating.undefined import Missing, NotExportedError
from yamlflow.templating.words import plain_words

if TYPE_CHECKING:
    from yamlflow.templating.environment import TemplateEnvironment

FINAL = (LimitError, RecursionError, MemoryError, OverflowError, TemplateSyntaxError)
"""Errors after which it makes no sense to go on."""


class EnvironmentNameError(TemplateRuntimeError):
    """A variable of the environment is not set; `known` are those that are."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"the environment has no variable `{name}`")
        self.hint = did_you_mean(name, known) or "give it a default: `env('NAME', 'text')`"


def diagnose(error: Exception, environment: "TemplateEnvironment", main: str) -> Diagnostic:
    """Return the finding for an exception that a template raised."""
    missing = _missing_in(error)
    found = sites(environment, error)
    if isinstance(error, TemplateSyntaxError):
        finding, trail = _syntax(error, environment, main), entered_from(found)
    elif missing is not None and missing._finding is not None:
        return missing._finding
    elif found:
        finding, trail = _at_site(error, found[0]), trail_of(found)
    else:
        code, message, hint = _kind(error)
        finding, trail = Diagnostic(code, "error", message, environment.texts[main].span(0, 0), hint), ()
    return finding._replace(related=tuple(Related(span, words) for span, words in told(trail, finding.span)))


def _missing_in(error: Exception) -> Missing | None:
    """Return what is undefined, if an exception is about that."""
    found: Missing | None = getattr(error.args[0] if error.args else None, "_missing", None)
    return found


def _kind(error: Exception) -> tuple[str, str, str]:
    """Return code, message and hint."""
    if isinstance(error, (RecursionError, MemoryError)):
        return "template-limit", "the template is nested too deep", ""
    if isinstance(error, OverflowError) and "Range too big" in str(error):
        return "template-limit", "a range can have at most 100,000 items", ""
    if isinstance(error, LimitError):
        return "template-limit", str(error), ""
    if isinstance(error, UnsafePathError):
        return "template-unsafe", f"`{error}` is outside of the project", "a template can use files of its project only"
    if isinstance(error, SecurityError):
        return "template-unsafe", "this cannot be used in a template", ""
    if isinstance(error, EnvironmentNameError):
        return "undefined-name", str(error), error.hint
    if isinstance(error, KeyError):
        return "template-error", f"there is no key `{error.args[0] if error.args else ''}`", ""
    return "template-error", *plain_words(str(error) or type(error).__name__)


def _at_site(error: Exception, site: Site) -> Diagnostic:
    missing = _missing_in(error)
    if isinstance(error, NotExportedError):
        return _not_exported(error, site)
    if missing is not None:
        message, span, hint, notes = explain(missing, site)
        if isinstance(error, SecurityError):
            message = f"`{missing._undefined_name}` cannot be used in a template"
            return Diagnostic("template-unsafe", "error", message, span)
        return Diagnostic("undefined-name", "error", message, span, hint, notes)
    if isinstance(error, TemplateNotFound):
        return _not_found(error, site)
    if isinstance(error, RequiredError):
        asked = getattr(site.node, "node", None) or site.node
        span = site.text.span(*(extent(asked, site.text) or focus(site.node, site.text)))
        return Diagnostic("required-value", "error", str(error), span, "the template cannot do without it")
    code, message, hint = _kind(error)
    return Diagnostic(code, "error", message, site.text.span(*focus(site.node, site.text)), hint)


def _not_exported(error: NotExportedError, site: Site) -> Diagnostic:
    start, end = extent(site.node, site.text) or (0, 0)
    tag = site.text.tag(start)
    behind = site.text.text.find(" import ", start) + len(" import ")
    found = re.compile(rf"\b{re.escape(error.name)}\b").search(site.text.text, behind, max(tag.end, end))
    span = site.text.span(*(found.span() if found else (start, end)))
    hint = did_you_mean(error.name, error.known)
    note = f"it has: {', '.join(sorted(error.known)) or 'none'}"
    return Diagnostic("undefined-name", "error", str(error), span, hint, () if hint else (note,))


def _not_found(error: TemplateNotFound, site: Site) -> Diagnostic:
    wanted = getattr(site.node, "template", site.node)
    path = str(error.name)
    folder, base = os.path.split(path)
    try:
        siblings = os.listdir(folder or ".")
    except (OSError, ValueError):
        siblings = []
    written = wanted.value if isinstance(wanted, nodes.Const) else path
    return Diagnostic(
        "template-not-found",
        "error",
        f"there is no template `{written}`",
        site.text.span(*focus(site.node, site.text)),
        did_you_mean(base, siblings),
    )


def _syntax(error: TemplateSyntaxError, environment: "TemplateEnvironment", main: str) -> Diagnostic:
    text = environment.texts[error.name or main]
    place = error.lineno
    start, end = (place.start, place.end) if isinstance(place, Place) else (0, 0)
    message = error.message or ""
    hint = getattr(error, "hint", "")
    if "end of template" in message and text.open >= 0:
        start, end = text.open, text.open + 2
        opening = text.text[start:end]
        message, hint = f"the `{opening}` is not closed", f"close it with `{'}}' if opening == '{{' else '%}'}`"
    elif not isinstance(error, TagError):
        message, hint = plain_words(message)
    return Diagnostic("template-syntax", "error", message, text.span(start, end), hint)
