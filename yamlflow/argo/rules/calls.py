"""Steps, tasks and hooks: what they run."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.tags import filled
from yamlflow.argo.view import View
from yamlflow.diagnostics.nearest import did_you_mean

_TARGETS = ("template", "templateRef", "inline")


def one_target(view: View) -> Iterator[Finding]:
    """A step, task or hook runs exactly one template."""
    for call in view.calls:
        given = [key for key in _TARGETS if call.data.get(key)]
        if not given:
            message = f"{call.title} runs nothing; it needs a `template`, a `templateRef` or an `inline` template"
            yield Finding("no-kind", message, call.path)
        elif len(given) > 1:
            message = f"{call.title} has both `{given[0]}` and `{given[1]}`"
            yield Finding("several-kinds", message, (*call.path, given[1]), key=True)
        reference = call.data.get("templateRef") or {}
        for key in ("name", "template") if reference else ():
            if not reference.get(key):
                yield Finding("missing-key", f"`templateRef` needs `{key}`", (*call.path, "templateRef"))


def known_template(view: View) -> Iterator[Finding]:
    """The template that a step, task or hook names is there."""
    for call in view.calls:
        name = call.data.get("template")
        if name and name not in view.by_name and not _is_filled_in(name):
            path = call.path if call.path[-1] == "onExit" else (*call.path, "template")
            yield Finding("unknown-template", f"there is no template `{name}`", path, did_you_mean(name, view.by_name))


def _is_filled_in(name: str) -> bool:
    """Whether a name is known only when the template around it runs."""
    return "{{" in name and filled(name) != name
