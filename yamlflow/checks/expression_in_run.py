"""`${{ }}` inside a script: the text of `run` is never templated, values reach it by `env`."""

from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic
from yamlflow.expressions import Tag, split
from yamlflow.pipeline.container_set import ContainerSet
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.pipeline.options import Script

CODE = "expression-in-run"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each expression in a script."""
    for body in pipeline.bodies():
        for task in body.all_tasks():
            for script in _scripts(task):
                if "${{" in script.source.value:
                    yield from _expressions(task, script)


def _scripts(task: Task) -> Iterator[Script]:
    if task.script is not None:
        yield task.script
    elif isinstance(task.content, ContainerSet):
        yield from (member.script for member in task.content.members.values() if member.script is not None)


def _expressions(task: Task, script: Script) -> Iterator[Diagnostic]:
    from yamlflow.checks.to_env import move_to_env

    source = script.source
    tags = [part for part in split(source.value) if isinstance(part, Tag)]
    fix = move_to_env(task, script, tags) if script is task.script else None
    for tag in tags:
        text = source.value[tag.start : tag.end]
        yield Diagnostic(
            CODE,
            "error",
            "a script is never templated, so that no input can inject code into it",
            source.at(tag.start, tag.end),
            "write `$VALUE` here",
            notes=(f'and give the task `env: {{VALUE: "{text}"}}`',),
            fix=fix,
        )
