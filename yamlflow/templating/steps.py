"""The steps that led to a place, for people."""

import json

from yamlflow.diagnostics import Span
from yamlflow.templating.limits import weigh
from yamlflow.templating.traced import Step, Trail

_MOST_STEPS = 5
_LONGEST_VALUE = 40
_LONGEST_WEIGHED = 1000
_WORDS = {"call": "called from here", "include": "included from here", "use": "put in here"}


def told(trail: Trail, shown: Span | None = None) -> tuple[tuple[Span, str], ...]:
    """Return each step's place with what happened there; once what recurs or is `shown` anyway, and not too many."""
    found: dict[tuple[Span, str], None] = {}
    for step in trail:
        span = step.template.span(step.start, step.end)
        if not _holds(span, shown):
            found[span, _words(step)] = None
    return tuple(found)[:_MOST_STEPS]


def told_briefly(trail: Trail) -> tuple[str, ...]:
    """Return each step in a few words with its file and line."""
    found: dict[str, None] = {}
    for step in trail:
        span = step.template.span(step.start, step.end)
        place = f"{span.source.name}:{span.line}"
        if step.kind == "pass":
            number = f"pass {step.number}" if step.number else "a pass"
            found[f"{number} of {place} ({_names(step)})"] = None
        else:
            found[f"{_WORDS[step.kind].removesuffix('from here').removesuffix('here').strip()} at {place}"] = None
    return tuple(found)[:_MOST_STEPS]


def _holds(outer: Span, inner: Span | None) -> bool:
    return inner is not None and inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end


def _words(step: Step) -> str:
    if step.kind != "pass":
        return _WORDS[step.kind]
    where = f"in pass {step.number} of this loop" if step.number else "in this loop"
    return f"{where} ({_names(step)})"


def _names(step: Step) -> str:
    return ", ".join(f"{name} = {_short(value)}" for name, value in step.names)


def _short(value: object) -> str:
    if weigh(value, _LONGEST_WEIGHED) > _LONGEST_WEIGHED:
        return "..."
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=lambda item: f"<{type(item).__name__.lower()}>")
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."
