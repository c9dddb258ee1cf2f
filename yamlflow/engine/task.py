"""What a runner must know to run the programs of a pod node."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from yamlflow.argo.ids import pod_name
from yamlflow.argo.images import command_of
from yamlflow.argo.podpatch import FIELD
from yamlflow.engine.environment import Environment, PodFacts, environment, expand, references
from yamlflow.engine.gojson import dumps, plain_text
from yamlflow.engine.node import Node
from yamlflow.engine.objects import Secrets
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.place import keeps_log, placed, prefix_of
from yamlflow.engine.pods import pod_scope
from yamlflow.engine.run import Run
from yamlflow.engine.scope import Layer, Scope, SubstitutionError, fill_data
from yamlflow.engine.state import State
from yamlflow.engine.templates import TemplateDict, kind_of
from yamlflow.engine.tries import Tries, tries_of
from yamlflow.engine.volumes import Mount, Sources, Volume, mounts_of, read_only_among, volumes_of

_RESULT = re.compile(r"\b(?:steps|tasks)(?:\.([-\w]+)|\[\\?['\"]([^'\"\\]+)\\?['\"]\])\.outputs\.result")
MAIN = "main"
GRACE = 5.0


class Program(NamedTuple):
    """The program of a container. `source` is None unless it is a script; `needs` are containers that go before it.

    `declared` is the container as its template has it; so many words at the start of `command` are its `command`.
    """

    name: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    source: str | None = None
    folder: str = ""
    mounts: tuple[Mount, ...] = ()
    needs: tuple[str, ...] = ()
    declared: Mapping[str, Any] = MappingProxyType({})
    own_words: int = 0


class Task(NamedTuple):
    """The programs of a pod and its files: `first` run one after the other, then `programs`, with `beside` at hand."""

    node: str
    pod: str
    programs: tuple[Program, ...]
    first: tuple[Program, ...] = ()
    beside: tuple[Program, ...] = ()
    volumes: tuple[Volume, ...] = ()
    inputs: tuple[dict[str, Any], ...] = ()
    parameters: tuple[dict[str, Any], ...] = ()
    artifacts: tuple[dict[str, Any], ...] = ()
    wants_result: bool = False
    keeps_log: bool = False
    probe: dict[str, Any] | None = None
    prefix: str = ""
    tries: Tries = Tries()
    grace: float = GRACE


def task_of(state: State, node: Node, now: float, secrets: Secrets) -> Task:
    """Return what to run for a pod node; SubstitutionError when its template cannot be filled in."""
    run = Run(state, now)
    template = template_of(run, node)
    scope = pod_scope(run, node)
    scope = scope.with_layer(Layer(_output_paths(template)))
    outputs = fill_data(template.get("outputs") or {}, scope)
    prefix = prefix_of(state.repository, template, scope)
    pod = pod_name(state.name, node.name, node.template_name)
    facts = _facts(state, node, template, pod, scope)
    spec = _spec_of(state, template, scope)
    own = {item["name"] for item in fill_data(template.get("sidecars") or [], scope)}
    makers = _Maker(state, node, Sources(facts, state.objects, secrets), spec)
    programs = tuple(makers.program(item) for item in spec["containers"] if item["name"] not in own)
    beside = tuple(makers.program(item) for item in spec["containers"] if item["name"] in own)
    first = tuple(makers.program(item) for item in spec["initContainers"])
    mounted = {mount.volume for item in (*programs, *first, *beside) for mount in item.mounts}
    return Task(
        node.id,
        pod,
        programs,
        first,
        beside,
        tuple(volumes_of(spec["volumes"], mounted, makers.sources)) if mounted else (),
        tuple((node.inputs or {}).get("artifacts") or []),
        tuple(outputs.get("parameters") or []),
        placed(outputs.get("artifacts") or [], fill_data(_archive_of(template), scope), prefix),
        _wants_result(run, node),
        keeps_log(state.repository, state.spec, template),
        (programs[0].declared.get("readinessProbe") or {}) if template.get("daemon") else None,
        prefix,
        tries_of(fill_data(template.get("containerSet") or {}, scope)),
        float(spec.get("terminationGracePeriodSeconds") or GRACE),
    )


def _spec_of(state: State, template: TemplateDict, scope: Scope) -> dict[str, Any]:
    """Return the spec of a pod, its containers first those that do the work."""
    main, (first, beside) = _containers(template, scope)
    mirrored = [mount for item in main for mount in item.get("volumeMounts") or []]
    security = template.get("securityContext") or state.spec.get("securityContext")
    spec = {
        "containers": [*main, *(_mirror(item, mirrored) for item in beside)],
        "initContainers": [_mirror(item, mirrored) for item in first],
        "volumes": _declared_volumes(state, template, scope),
        "securityContext": fill_data(security, scope) if security else {},
    }
    if not (state.spec.get(FIELD) or template.get(FIELD)):
        return spec
    from yamlflow.engine.podpatch import patched_pod

    return patched_pod(spec, (state.spec, template), scope)


def _containers(
    template: TemplateDict, scope: Scope
) -> tuple[list[dict[str, Any]], tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Return the containers that do the work, and those before and beside them."""
    kind = kind_of(template)
    filled = fill_data(template[kind], scope)
    if kind == "containerSet":
        shared = filled.get("volumeMounts") or []
        main = [{**item, "volumeMounts": [*(item.get("volumeMounts") or []), *shared]} for item in filled["containers"]]
    else:
        main = [{**filled, "name": MAIN}]
    first, beside = (fill_data(template.get(key) or [], scope) for key in ("initContainers", "sidecars"))
    return main, (first, beside)


def _mirror(container: dict[str, Any], mounts: list[dict[str, Any]]) -> dict[str, Any]:
    if not container.get("mirrorVolumeMounts"):
        return container
    return {**container, "volumeMounts": [*(container.get("volumeMounts") or []), *mounts]}


class _Maker:
    """Makes programs of the containers of a pod."""

    def __init__(self, state: State, node: Node, sources: Sources, spec: dict[str, Any]) -> None:
        self.sources = sources
        self._security = spec.get("securityContext") or {}
        self._read_only = read_only_among(spec["volumes"])
        self._images = state.images
        self._own = {"ARGO_NODE_ID": node.id, "ARGO_WORKFLOW_NAME": state.name}

    def program(self, container: dict[str, Any]) -> Program:
        """Return the program of a container."""
        variables = environment(container, *self.sources)
        words = [plain_text(word) for word in command_of(container, self._images)]
        _refuse_secrets(words, variables)
        own = {"ARGO_CONTAINER_NAME": container["name"], **self._own}
        return Program(
            container["name"],
            tuple(expand(word, variables.values) for word in words),
            tuple((own | variables.values).items()),
            str(container["source"]) if "source" in container else None,
            str(container.get("workingDir") or ""),
            tuple(mounts_of(container, variables.values, self._read_only)),
            tuple(container.get("dependencies") or ()),
            self._secured(container),
            len(words) - len(container.get("args") or ()),
        )

    def _secured(self, container: dict[str, Any]) -> dict[str, Any]:
        """Return a container with what the pod says of users, where it says nothing itself."""
        if not self._security:
            return container
        return {**container, "securityContext": {**self._security, **(container.get("securityContext") or {})}}


def _refuse_secrets(words: Iterable[str], variables: Environment) -> None:
    """Keep secrets away from command lines, which everybody on this machine can read."""
    for word in words:
        for name in variables.secret.intersection(references(word)):
            reason = "which others on this machine can read; let the program read the variable itself"
            raise SubstitutionError(f"`$({name})` would put a secret into a command line, {reason}")


def _facts(state: State, node: Node, template: TemplateDict, pod: str, scope: Scope) -> PodFacts:
    metadata = fill_data(template.get("metadata") or {}, scope)
    shared = state.spec.get("podMetadata") or {}
    labels = {"workflows.argoproj.io/workflow": state.name, "workflows.argoproj.io/completed": "false"}
    annotations = {"workflows.argoproj.io/node-id": node.id, "workflows.argoproj.io/node-name": node.name}
    for kind, own in (("labels", labels), ("annotations", annotations)):
        for source in (shared, metadata):
            own |= {key: plain_text(value) for key, value in (source.get(kind) or {}).items()}
    account = template.get("serviceAccountName") or state.spec.get("serviceAccountName") or "default"
    fields = {"metadata.name": pod, "metadata.namespace": state.namespace, "metadata.uid": state.uid}
    fields |= {"spec.serviceAccountName": str(account), "spec.nodeName": "localhost"}
    fields |= dict.fromkeys(("status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs"), "127.0.0.1")
    return PodFacts(fields, labels, annotations)


def _declared_volumes(state: State, template: TemplateDict, scope: Scope) -> list[dict[str, Any]]:
    claims = [
        {"name": volume, "persistentVolumeClaim": {"claimName": claim}} for claim, volume in state.own_claims().items()
    ]
    listed = [*(template.get("volumes") or []), *(state.spec.get("volumes") or [])]
    return [*fill_data(listed, scope), *claims]


def _archive_of(template: TemplateDict) -> TemplateDict:
    return {"archiveLocation": template.get("archiveLocation") or {}}


def _output_paths(template: TemplateDict) -> dict[str, Any]:
    """Return the variables that say where a program has to write its outputs."""
    outputs = template.get("outputs") or {}
    flat: dict[str, Any] = {}
    for artifact in outputs.get("artifacts") or []:
        if artifact.get("path"):
            flat[f"outputs.artifacts.{artifact['name']}.path"] = artifact["path"]
    for parameter in outputs.get("parameters") or []:
        if path := (parameter.get("valueFrom") or {}).get("path"):
            flat[f"outputs.parameters.{parameter['name']}.path"] = path
    return flat


def _wants_result(run: Run, node: Node) -> bool:
    """Whether the template around a node names its `outputs.result`; only then it is kept, as Argo does."""
    boundary = run.state.nodes.get(node.boundary)
    if boundary is None:
        return False
    template = template_of(run, boundary)
    key = ("results", id(template))
    named: set[str] | None = run.state.cache.get(key)
    if named is None:
        found = _RESULT.findall(dumps(template))
        named = run.state.cache[key] = {plain or quoted for plain, quoted in found}
    return _step_name(node.name) in named


def _step_name(name: str) -> str:
    """Return the name of the step or task that a node was made for: without loop index, attempt and group."""
    opener = {")": "(", "]": "["}
    at = len(name)
    while at and name[at - 1] in opener:
        at = name.rindex(opener[name[at - 1]], 0, at)
    return name[:at].rpartition(".")[2]
