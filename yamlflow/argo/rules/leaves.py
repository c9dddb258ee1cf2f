"""Templates that run something themselves, and what only they can have."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.names import is_leaf
from yamlflow.argo.view import POD_KINDS, Template, View

_ACTIONS = ("get", "create", "apply", "delete", "replace", "patch")
_RESERVED = ("init", "wait", "supervisor")
_PLUGIN = "artifact-plugin-"
_POLICIES = ("Always", "OnFailure", "OnError", "OnTransientError")
_ROOTS = ("inputs.", "outputs.", "workflow.", "pod.", "steps.", "tasks.")
_AGENT_KINDS = frozenset({"http", "plugin"})


def images(view: View) -> Iterator[Finding]:
    """A container or script has an image, its own or by `templateDefaults`."""
    defaults = view.spec.get("templateDefaults") or {}
    for template in view.all_templates:
        for kind in ("container", "script"):
            holder = template.data.get(kind)
            if holder is not None and not holder.get("image") and not (defaults.get(kind) or {}).get("image"):
                yield Finding("no-image", f"{template.title} has no `image`", (*template.path, kind))


def mounts(view: View) -> Iterator[Finding]:
    """No two volumes or artifacts of a container lie at the same path."""
    for template in view.all_templates:
        for kind in ("container", "containerSet"):
            taken: dict[str, Path] = {}
            for path, item, field in _mounted(template, kind):
                where = item.get(field)
                if where and where in taken:
                    message = f"something else lies at `{where}` already"
                    yield Finding(
                        "conflicting-path", message, (*path, field), related=((taken[where], "the first one"),)
                    )
                elif where:
                    taken[where] = (*path, field)


def _mounted(template: Template, kind: str) -> Iterator[tuple[Path, dict[str, Any], str]]:
    holder = template.data.get(kind)
    for index, item in enumerate((holder or {}).get("volumeMounts") or []):
        yield (*template.path, kind, "volumeMounts", index), item, "mountPath"
    if holder is None or kind != "container":
        return
    for index, item in enumerate((template.data.get("inputs") or {}).get("artifacts") or []):
        yield (*template.path, "inputs", "artifacts", index), item, "path"


def containers(view: View) -> Iterator[Finding]:
    """Init containers have names, and no container has one of Argo's own."""
    for template in view.all_templates:
        for index, item in enumerate(template.data.get("initContainers") or []):
            if not item.get("name"):
                yield Finding(
                    "missing-key", "an init container needs a `name`", (*template.path, "initContainers", index)
                )
        held = (template.data.get("containerSet") or {}).get("containers") or []
        for path, items in (
            (("containerSet", "containers"), held),
            (("sidecars",), template.data.get("sidecars") or []),
        ):
            for index, item in enumerate(items):
                name = item.get("name") or ""
                if name in _RESERVED or name.startswith(_PLUGIN):
                    message = f"`{name}` is the name of a container of Argo's own"
                    yield Finding("invalid-name", message, (*template.path, *path, index, "name"), "take another name")


def resources(view: View) -> Iterator[Finding]:
    """A resource template has an action that exists and a manifest that can be read."""
    for template in view.all_templates:
        resource = template.data.get("resource")
        if resource is None:
            continue
        path = (*template.path, "resource")
        action = str(resource.get("action") or "")
        if action not in _ACTIONS and "{{" not in action:
            message = f"`{action}` is no action" if action else "a resource needs an `action`"
            found = ("invalid-value", (*path, "action")) if action else ("missing-key", path)
            yield Finding(found[0], message, found[1], f"use one of {', '.join(_ACTIONS)}")
        if action not in ("get", "delete"):
            yield from _manifest(template, resource, path)


def _manifest(template: Template, resource: dict[str, Any], path: Path) -> Iterator[Finding]:
    text, source = resource.get("manifest"), resource.get("manifestFrom")
    if not text and not source:
        yield Finding("missing-key", "a resource needs a `manifest` or a `manifestFrom`", path)
    elif text and source:
        yield Finding(
            "several-kinds", "a resource has both `manifest` and `manifestFrom`", (*path, "manifestFrom"), key=True
        )
    elif source and (source.get("artifact") or {}).get("name"):
        name = source["artifact"]["name"]
        if name not in {item.get("name") for item in (template.data.get("inputs") or {}).get("artifacts") or []}:
            message = f"{template.title} has no input artifact `{name}`"
            yield Finding("unknown-input", message, (*path, "manifestFrom", "artifact", "name"))
    elif text and not _is_yaml(text):
        yield Finding("syntax", "the `manifest` of the resource is no YAML", (*path, "manifest"))


def _is_yaml(text: str) -> bool:
    """Whether a text can be read when every tag that Argo knows stands for a word."""
    from yamlflow.argo.tags import plain_name, split_tags
    from yamlflow.diagnostics import Sink, SourceText
    from yamlflow.source import read_documents

    words = (part if isinstance(part, str) or _is_unknown(plain_name(part)) else "x" for part in split_tags(text))
    bare = "".join(part if isinstance(part, str) else part.source for part in words)
    sink = Sink()
    read_documents(SourceText("manifest", bare), sink)
    return not sink.failed


def _is_unknown(name: str | None) -> bool:
    """Whether a tag stays as it is: Argo has nothing of this name."""
    return name is not None and not name.startswith(_ROOTS)


def limits(view: View) -> Iterator[Finding]:
    """Deadlines are for what runs, `parallelism` for what holds steps or tasks."""
    for template in view.all_templates:
        data, path = template.data, template.path
        leaf = is_leaf(template)
        holds = bool({"steps", "dag"} & set(template.kinds))
        if data.get("parallelism") is not None and not holds:
            yield _misplaced(template, "parallelism", "only steps and DAGs have one")
        deadline = data.get("activeDeadlineSeconds")
        if deadline is not None and holds:
            yield _misplaced(template, "activeDeadlineSeconds", "only templates that run something have one")
        elif deadline is not None and not _is_positive(deadline):
            message = f"`{deadline}` is no number of seconds above 0"
            yield Finding("invalid-value", message, (*path, "activeDeadlineSeconds"))
        for key in ("timeout", "pendingTimeout"):
            if data.get(key) and not leaf:
                yield _misplaced(template, key, "only templates that run something have one")
        if str(data.get("timeout") or "").strip("0123456789") == "" and data.get("timeout"):
            yield Finding("invalid-value", "`timeout` needs a unit", (*path, "timeout"), f"write `{data['timeout']}s`")
        policy = (data.get("retryStrategy") or {}).get("retryPolicy")
        if policy and policy not in _POLICIES:
            message = f"`{policy}` is no retry policy"
            where = (*path, "retryStrategy", "retryPolicy")
            yield Finding("invalid-value", message, where, f"use one of {', '.join(_POLICIES)}")


def _is_positive(value: object) -> bool:
    if isinstance(value, str):
        return "{{" in value or (value.isdigit() and value != "0")
    return isinstance(value, (int, float)) and value > 0


def _misplaced(template: Template, key: str, reason: str) -> Finding:
    kind = template.kinds[0] if template.kinds else "such"
    message = f"{template.title} is a {kind} template, which has no `{key}`"
    return Finding("misplaced-key", message, (*template.path, key), reason, key=True)


def pods(view: View) -> Iterator[Finding]:
    """Resources and claims of a pod are for templates that have one, and of the kinds that Kubernetes takes."""
    yield from _pod_resources(view.spec.get("podResources"), (*view.spec_path, "podResources"))
    for template in view.all_templates:
        kinds = set(template.kinds)
        if template.data.get("podResources") and kinds & _AGENT_KINDS:
            yield _misplaced(template, "podResources", "it runs in a pod that all such templates share")
        else:
            yield from _pod_resources(template.data.get("podResources"), (*template.path, "podResources"))
        if template.data.get("resourceClaims") and kinds and not kinds & POD_KINDS:
            yield _misplaced(template, "resourceClaims", "it has no pod of its own")


def _pod_resources(resources: dict[str, Any] | None, path: Path) -> Iterator[Finding]:
    if not resources:
        return
    if resources.get("claims"):
        yield Finding("misplaced-key", "resources of a pod have no `claims`", (*path, "claims"), key=True)
    for key in ("limits", "requests"):
        for name in resources.get(key) or {}:
            if name not in ("cpu", "memory") and not name.startswith("hugepages-"):
                message = f"`{name}` is no resource of a whole pod"
                yield Finding("invalid-value", message, (*path, key, name), "cpu, memory and hugepages-* are", key=True)
