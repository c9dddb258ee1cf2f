"""What makes a manifest right, one rule a row. Rules look at plain data whose form was checked before."""

from collections.abc import Callable, Iterator

from yamlflow.argo.finding import Finding
from yamlflow.argo.rules import (
    arguments,
    artifacts,
    calls,
    cron,
    dag,
    leaves,
    loops,
    metrics,
    names,
    outputs,
    plugins,
    references,
    sets,
    spec,
    templates,
)
from yamlflow.argo.view import View

Rule = Callable[[View], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    names.workflow_name,
    names.template_names,
    names.call_names,
    names.parameter_names,
    names.global_names,
    templates.entrypoint,
    templates.one_kind,
    calls.one_target,
    calls.known_template,
    arguments.supplied,
    arguments.values,
    dag.has_tasks,
    dag.depends,
    dag.digits,
    dag.targets,
    dag.cycles,
    loops.one_loop,
    outputs.sources,
    artifacts.paths,
    artifacts.inputs,
    references.known_names,
    leaves.images,
    leaves.mounts,
    leaves.containers,
    leaves.resources,
    leaves.limits,
    leaves.pods,
    sets.container_sets,
    metrics.prometheus,
    spec.referred,
    spec.hook_expressions,
    spec.pod_gc,
    plugins.executor_plugins,
    cron.schedule,
)
