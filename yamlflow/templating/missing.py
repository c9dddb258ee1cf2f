"""What a template asks for and is not there: what was meant, and what is there."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, nodes
from jinja2.debug import get_template_locals
from jinja2.utils import missing as no_object

from yamlflow.diagnostics import Diagnostic, Span, did_you_mean
from yamlflow.templating.filters import FILTERS
from yamlflow.templating.nodes import extent, focus, name_of, named
from yamlflow.templating.sites import Site
from yamlflow.templating.text import TemplateText
from yamlflow.templating.words import kind_of, plain_words

if TYPE_CHECKING:
    from yamlflow.templating.undefined import Missing

_MOST_NAMES = 20
_OF_JINJA = frozenset(("range", "dict", "cycler", "joiner", "namespace"))


class Absence(NamedTuple):
    """A message, and where to show it."""

    message: str
    span: Span
    hint: str = ""
    notes: tuple[str, ...] = ()


def explain(missing: "Missing", site: Site) -> Absence:
    """Say what is undefined."""
    name: object = missing._undefined_name
    holder = missing._undefined_obj
    node = named(site.node, name) or site.node
    span = site.text.span(*focus(node, site.text))
    if missing._undefined_hint is not None:
        return Absence(*_hinted(missing._undefined_hint, span))
    if holder is no_object:
        known = [key for key in get_template_locals(site.frame.f_locals) if key not in _OF_JINJA]
        return Absence(f"`{name}` is not defined", span, *_near(str(name), known, "defined here are"))
    source, kind = _source(node, site), kind_of(holder)
    of = source or kind
    if isinstance(holder, dict):
        near = _near(str(name), map(str, holder), f"the keys of {of} are")
        return Absence(f"{of} has no key `{name}`", span, *near)
    if isinstance(holder, Sequence) and isinstance(name, int):
        return Absence(f"{of} has no item {name}: it has {len(holder)}", span)
    return Absence(f"{source} is {kind} and has no `{name}`" if source else f"{kind} has no `{name}`", span)


def unknown(node: nodes.Filter | nodes.Test, text: TemplateText, environment: Environment) -> Diagnostic:
    """Return the finding for a filter or a test that does not exist."""
    if isinstance(node, nodes.Filter):
        hint = did_you_mean(node.name, environment.filters)
        note = f"those for YAML are: {', '.join(FILTERS)}; Jinja has more"
        span = text.span(*focus(node, text))
        return Diagnostic("undefined-name", "error", f"there is no filter `{node.name}`", span, hint, (note,))
    hint = did_you_mean(node.name, environment.tests)
    names = sorted(name for name in environment.tests if name[0].isalpha())
    note = f"the tests are: {', '.join(names)}"
    span = text.span(*name_of(node, text))
    return Diagnostic("undefined-name", "error", f"there is no test `{node.name}`", span, hint, (note,))


def _hinted(text: str, span: Span) -> tuple[str, Span, str]:
    message, hint = plain_words(text)
    return message, span, hint


def _near(name: str, known: Iterable[str], what: str) -> tuple[str, tuple[str, ...]]:
    names = sorted(known)
    hint = did_you_mean(name, names)
    if hint:
        return hint, ()
    if not names:
        return "", ("it has no keys at all",) if "keys" in what else ()
    shown = ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
    return "", (f"{what}: {shown}",)


def _source(node: nodes.Node, site: Site) -> str:
    """Return the source of what a key was looked up in, when it is short."""
    if not isinstance(node, nodes.Getattr | nodes.Getitem):
        return ""
    stretch = extent(node.node, site.text)
    text = site.text.span(*stretch).text if stretch else ""
    return f"`{text}`" if text and len(text) <= 60 and "\n" not in text else ""
