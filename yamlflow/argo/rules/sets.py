"""Sets of containers in one pod."""

from collections.abc import Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.rules.dag import circles
from yamlflow.argo.rules.names import is_template_name
from yamlflow.argo.view import Template, View
from yamlflow.diagnostics.nearest import did_you_mean


def container_sets(view: View) -> Iterator[Finding]:
    """A set has containers with names of their own that depend on each other without a circle."""
    for template in view.all_templates:
        if template.data.get("containerSet") is not None:
            yield from _set(template)


def _set(template: Template) -> Iterator[Finding]:
    path = (*template.path, "containerSet")
    listed = template.data["containerSet"].get("containers") or []
    if not listed:
        yield Finding("missing-key", "a set needs `containers`", path)
        return
    places = {str(item.get("name")): (*path, "containers", index) for index, item in enumerate(listed)}
    for index, item in enumerate(listed):
        if not item.get("name"):
            yield Finding("missing-key", "a container of a set needs a `name`", (*path, "containers", index))
        elif places[item["name"]] != (*path, "containers", index):
            message = f"there are two containers named `{item['name']}`"
            yield Finding("duplicate-name", message, (*path, "containers", index, "name"))
        elif not is_template_name(str(item["name"])):
            message, hint = f"`{item['name']}` is no name for a container", "use letters, digits and `-`"
            yield Finding("invalid-name", message, (*path, "containers", index, "name"), hint)
        for number, name in enumerate(item.get("dependencies") or []):
            if name not in places:
                where = (*path, "containers", index, "dependencies", number)
                yield Finding("unknown-task", f"there is no container `{name}`", where, did_you_mean(str(name), places))
    needs = {str(item.get("name")): [n for n in item.get("dependencies") or [] if n in places] for item in listed}
    for circle in circles(needs):
        shown = " -> ".join(f"`{name}`" for name in (*circle, circle[0]))
        yield Finding("cycle", f"containers wait for each other: {shown}", (*places[circle[0]], "dependencies"))
    inputs, outputs = template.data.get("inputs") or {}, template.data.get("outputs") or {}
    if (inputs.get("artifacts") or outputs.get("parameters") or outputs.get("artifacts")) and "main" not in places:
        yield Finding("missing-key", "a set with artifacts or outputs needs a container named `main`", path)
