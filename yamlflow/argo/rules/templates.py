"""Templates: which one is run first, and that each is of one kind."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.view import TEMPLATE_KINDS, View
from yamlflow.diagnostics.nearest import did_you_mean


def entrypoint(view: View) -> Iterator[Finding]:
    """The entrypoint is given and known; a WorkflowTemplate can do without."""
    if view.spec.get("workflowTemplateRef"):
        return
    name = view.spec.get("entrypoint")
    if not name:
        if view.kind in ("Workflow", "CronWorkflow"):
            yield Finding("missing-key", "`spec` needs an `entrypoint`, the template to begin with", view.spec_path)
        return
    if name not in view.by_name:
        path = (*view.spec_path, "entrypoint")
        yield Finding("unknown-template", f"there is no template `{name}`", path, did_you_mean(name, view.by_name))


def one_kind(view: View) -> Iterator[Finding]:
    """A template is of exactly one kind."""
    for template in view.all_templates:
        kinds = template.kinds
        if not kinds:
            notes = (f"the kinds are {', '.join(TEMPLATE_KINDS)}",)
            yield Finding("no-kind", f"{template.title} has no kind", template.path, notes=notes)
        elif len(kinds) > 1:
            message = f"{template.title} is of several kinds: {', '.join(kinds)}"
            yield Finding("several-kinds", message, (*template.path, kinds[1]), key=True)
