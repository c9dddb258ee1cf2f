"""Components that the pipeline names and no task uses."""

from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic, Edit, Fix, nearest
from yamlflow.pipeline.model import Pipeline
from yamlflow.source import Mapping, Scalar
from yamlflow.source.removal import entry_removal

CODE = "unused-component"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each name in `components` that no task refers to."""
    used = {
        task.component_ref.value
        for body in pipeline.bodies()
        for task in body.all_tasks()
        if isinstance(task.component_ref, Scalar)
    }
    meant = {nearest(name, pipeline.components) for name in used - pipeline.components.keys()}
    unused = [name for name in pipeline.components if name not in used and name not in meant]
    for name in unused:
        components = pipeline.node.get("components")
        assert isinstance(components, Mapping)
        some_left = len(unused) < len(pipeline.components)
        part = entry_removal(components, name) if some_left else entry_removal(pipeline.node, "components")
        fix = Fix(f"remove `{name}`", (Edit(part, ""),)) if part is not None else None
        yield Diagnostic(CODE, "warning", f"no task uses the component `{name}`", components.key_span(name), fix=fix)
