"""What makes a manifest right, one rule a row. Rules look at plain data whose form was checked before."""

from collections.abc import Callable, Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.rules import arguments, calls, dag, loops, names, outputs, templates
from yamlflow.argo.view import View

Rule = Callable[[View], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    names.workflow_name,
    names.template_names,
    names.call_names,
    names.parameter_names,
    templates.entrypoint,
    templates.one_kind,
    calls.one_target,
    calls.known_template,
    arguments.supplied,
    dag.has_tasks,
    dag.depends,
    dag.targets,
    dag.cycles,
    loops.one_loop,
    outputs.sources,
)
