"""The kinds of objects that the local engine keeps itself, and which one a `resource` template is about."""

import re
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """A kind: what kubectl calls its objects in messages, and by which words it may be asked for."""

    name: str
    resource: str
    words: tuple[str, ...]


KINDS = (
    Kind("ConfigMap", "configmaps", ("configmap", "configmaps", "cm")),
    Kind("Secret", "secrets", ("secret", "secrets")),
    Kind("PersistentVolumeClaim", "persistentvolumeclaims", ("persistentvolumeclaim", "persistentvolumeclaims", "pvc")),
    Kind("Workflow", "workflows.argoproj.io", ("workflow", "workflows", "wf", "workflows.argoproj.io")),
    Kind(
        "WorkflowTemplate",
        "workflowtemplates.argoproj.io",
        ("workflowtemplate", "workflowtemplates", "wftmpl", "workflowtemplates.argoproj.io"),
    ),
    Kind(
        "ClusterWorkflowTemplate",
        "clusterworkflowtemplates.argoproj.io",
        ("clusterworkflowtemplate", "clusterworkflowtemplates", "cwft", "clusterworkflowtemplates.argoproj.io"),
    ),
)
_BY_WORD = {word: kind for kind in KINDS for word in kind.words}
_KIND = re.compile(r"""^(?:kind|"kind"|\s*\{?\s*"kind")\s*:\s*["']?([^\s"',}]*)""", re.MULTILINE)
_NAME = re.compile(
    r"""^metadata:(?:\s*\{[^}\n]*?\bname|[ \t]*\n(?:[ \t]+[^\n]*\n)*?[ \t]+name):[ \t]*["']?([^\s"',}]+)""",
    re.MULTILINE,
)


def kind_of_word(word: str) -> Kind | None:
    """Return the kind that a word means, or None."""
    return _BY_WORD.get(word.lower())


def made_by(data: object) -> set[tuple[str, str]]:
    """Return kind and name of the objects that `resource` templates somewhere in plain data make."""
    if isinstance(data, list):
        return {found for item in data for found in made_by(item)}
    if not isinstance(data, dict):
        return set()
    found = {key for name, value in data.items() if name != "resource" for key in made_by(value)}
    resource = data.get("resource")
    if isinstance(resource, dict) and resource.get("action") in ("create", "apply"):
        text = str(resource.get("manifest") or "")
        kind, name = _KIND.search(text), _NAME.search(text)
        if kind and name and (known := kind_of_word(kind[1])):
            found.add((known.name, name[1]))
    return found


def unknown_kind(resource: dict[str, Any]) -> str:
    """Return the kind that a `resource` template is about when the engine does not keep such objects, or ""."""
    found = _KIND.search(str(resource.get("manifest") or ""))
    words = [str(flag).split("/", 1)[0] for flag in resource.get("flags") or [] if not str(flag).startswith("-")]
    by_words = words and (resource.get("mergeStrategy") == "json" or found is None)
    word = words[0] if by_words else found[1] if found else ""
    return "" if "{{" in word or not word or kind_of_word(word) else word
