"""The steps that led to a place, for people."""

import json

from yamlflow.diagnostics import Span
from yamlflow.templating.limits import weigh
from yamlflow.templating.traced import Step, Trail

_MOST_STEPS = 5
_LONGEST_VALUE = 40
_WORDS = {"call": "called from here", "include": "included from here", "use": "put in here"}


def told(trail: Trail) -> tuple[tuple[Span, str], ...]:
    """Return each step's place with what happened there; of many steps the innermost ones."""
    return tuple((step.template.span(step.start, step.end), _words(step)) for step in trail[:_MOST_STEPS])


def _words(step: Step) -> str:
    if step.kind != "pass":
        return _WORDS[step.kind]
    values = ", ".join(f"{name} = {_short(value)}" for name, value in step.names)
    return f"in pass {step.number} of this loop ({values})" if step.number else f"in this loop ({values})"


def _short(value: object) -> str:
    if weigh(value, _LONGEST_VALUE) > _LONGEST_VALUE * 2:
        return "..."
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=lambda item: f"<{type(item).__name__.lower()}>")
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."
