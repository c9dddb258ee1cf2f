"""A manifest as rules look at it: its spec, its templates and who calls them, each with its path."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from yamlflow.argo.finding import Path

Data = dict[str, Any]

TEMPLATE_KINDS = (
    "container",
    "containerSet",
    "steps",
    "dag",
    "script",
    "resource",
    "data",
    "suspend",
    "http",
    "plugin",
)
POD_KINDS = frozenset({"container", "containerSet", "script", "resource", "data"})
_SPECS: dict[str, Path] = {
    "Workflow": ("spec",),
    "WorkflowTemplate": ("spec",),
    "ClusterWorkflowTemplate": ("spec",),
    "CronWorkflow": ("spec", "workflowSpec"),
}
KINDS = frozenset(_SPECS)


class Template(NamedTuple):
    """A template and where it stands; an inline one has no name."""

    data: Data
    path: Path

    @property
    def name(self) -> str:
        """Its name, or ""."""
        return str(self.data.get("name") or "")

    @property
    def kinds(self) -> list[str]:
        """Which kinds it is of: one, when it is right."""
        return [kind for kind in TEMPLATE_KINDS if self.data.get(kind) is not None]

    @property
    def kind(self) -> str:
        """Which kind it is of, or ""."""
        return next(iter(self.kinds), "")

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"template `{self.name}`" if self.name else "the inline template"


class Call(NamedTuple):
    """A step, task or hook that runs a template. `within` is the template that it stands in, None for the workflow."""

    data: Data
    path: Path
    kind: str
    within: Template | None

    @property
    def title(self) -> str:
        """What messages call it."""
        if self.kind in ("hook", "entrypoint"):
            return f"the {self.kind}"
        return f"{self.kind} `{self.data.get('name', '')}`"


class View:
    """One manifest."""

    def __init__(self, manifest: Data) -> None:
        self.manifest = manifest
        self.kind = str(manifest.get("kind") or "Workflow")
        self.spec_path = _SPECS.get(self.kind, ("spec",))
        spec: Any = manifest
        for part in self.spec_path:
            spec = (spec or {}).get(part)
        self.spec: Data = spec or {}
        base = (*self.spec_path, "templates")
        self.templates = [Template(item, (*base, index)) for index, item in enumerate(self.spec.get("templates") or [])]
        self.by_name = {template.name: template for template in reversed(self.templates)}

    @property
    def all_templates(self) -> Iterator[Template]:
        """The templates of the manifest, those in the middle of steps and tasks too."""
        queue = list(self.templates)
        while queue:
            template = queue.pop(0)
            yield template
            calls = [call for call in calls_in(template) if call.data.get("inline")]
            queue.extend(Template(call.data["inline"], (*call.path, "inline")) for call in calls)

    @property
    def calls(self) -> Iterator[Call]:
        """Every step, task and hook."""
        for template in self.all_templates:
            for call in calls_in(template):
                yield call
                yield from hooks_of(call)
        yield from hooks_of(Call(self.spec, self.spec_path, "workflow", None))


def calls_in(template: Template) -> Iterator[Call]:
    """Return the steps or tasks of a template."""
    for number, group in enumerate(template.data.get("steps") or []):
        listed = group.get("steps") or [] if isinstance(group, dict) else group
        below = (number, "steps") if isinstance(group, dict) else (number,)
        for index, step in enumerate(listed):
            yield Call(step or {}, (*template.path, "steps", *below, index), "step", template)
    for index, task in enumerate((template.data.get("dag") or {}).get("tasks") or []):
        yield Call(task or {}, (*template.path, "dag", "tasks", index), "task", template)


def hooks_of(owner: Call) -> Iterator[Call]:
    """Return the hooks of a step, a task or the workflow; an exit handler by name is one too."""
    if owner.data.get("onExit"):
        yield Call({"template": owner.data["onExit"]}, (*owner.path, "onExit"), "hook", owner.within)
    for name, hook in (owner.data.get("hooks") or {}).items():
        yield Call(hook, (*owner.path, "hooks", name), "hook", owner.within)
