"""Options in Argo's or Kubernetes' own form: their fields exist and hold what they must."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from yamlflow.diagnostics import Diagnostic
from yamlflow.pipeline.artifacts import artifact_of
from yamlflow.pipeline.container_set import ContainerSet
from yamlflow.pipeline.model import Pipeline
from yamlflow.pipeline.shapes import MEMBER, PIPELINE, SCHEDULE, TASK, Shaped

if TYPE_CHECKING:
    from yamlflow.argo.finding import Finding


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each unknown field and each value of the wrong kind."""
    yield from _shaped(pipeline.run.shaped, PIPELINE)
    yield from _shaped(pipeline.defaults.options.shaped, TASK)
    if pipeline.run.schedule is not None:
        yield from _shaped(pipeline.run.schedule.shaped, SCHEDULE)
    for body in pipeline.bodies():
        for task in body.all_tasks():
            yield from _shaped(task.options.shaped, TASK)
            for _, value in task.arguments.values():
                artifact = artifact_of(value)
                if artifact is not None:
                    yield from _shaped({"artifact": artifact}, {"artifact": "Artifact"})
            if isinstance(task.content, ContainerSet):
                for member in task.content.members.values():
                    yield from _shaped(member.options.shaped, MEMBER)
            for name, (_, value) in task.destinations.items():
                yield from _shaped({name: value.node}, {name: "Artifact"})


def _found(key: str, data: object, form: str) -> "Iterator[Finding]":
    if key == "pod":
        from yamlflow.argo.podspec import check_pod_patch

        return check_pod_patch(data, (key,))
    from yamlflow.argo.form import check_value

    return check_value(data, form, (key,))


def _shaped(shaped: Shaped, shapes: dict[str, str]) -> Iterator[Diagnostic]:
    if not shaped:
        return
    from yamlflow.argo.report import locate

    for key, node in shaped.items():
        for found in _found(key, node.data(), shapes[key]):
            span = locate(node, found.path[1:], key=found.key)
            yield Diagnostic(found.code, "error", found.message, span, found.hint)
