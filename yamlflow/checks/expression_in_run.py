"""`${{ }}` inside a script: the text of `run` is never templated, values reach it by `env`."""

from collections.abc import Iterator

from yamlflow.diagnostics import Diagnostic
from yamlflow.expressions import Tag, split
from yamlflow.pipeline.model import Pipeline

CODE = "expression-in-run"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each expression in a script."""
    for body in pipeline.bodies():
        for task in body.all_tasks():
            if task.script is None or "${{" not in task.script.source.value:
                continue
            source = task.script.source
            for part in split(source.value):
                if isinstance(part, Tag):
                    text = source.value[part.start : part.end]
                    yield Diagnostic(
                        CODE,
                        "error",
                        "a script is never templated, so that no input can inject code into it",
                        source.at(part.start, part.end),
                        "write `$VALUE` here",
                        notes=(f'and give the task `env: {{VALUE: "{text}"}}`',),
                    )
