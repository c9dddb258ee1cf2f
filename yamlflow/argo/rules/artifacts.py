"""Artifacts of templates: where their files lie in the pod, and where they come from."""

import posixpath
from collections.abc import Iterator
from typing import Any

from yamlflow.argo.finding import Finding, Path
from yamlflow.argo.view import Template, View

_LEAVES = frozenset({"container", "containerSet", "script", "resource", "data", "http", "plugin"})
_LOGIN = ("hdfsUser", "krbCCacheSecret", "krbKeytabSecret")
_KERBEROS = {
    "krbKeytabSecret": ("krbServicePrincipalName", "krbConfigConfigMap", "krbUsername", "krbRealm"),
    "krbCCacheSecret": ("krbServicePrincipalName", "krbConfigConfigMap"),
}


def paths(view: View) -> Iterator[Finding]:
    """What runs in a pod says where its files lie, and stays below that; what calls other templates has no files."""
    for template in view.all_templates:
        for key in ("inputs", "outputs"):
            for index, artifact in enumerate((template.data.get(key) or {}).get("artifacts") or []):
                yield from _path(template, artifact, f"{key[:-1]} artifact", (*template.path, key, "artifacts", index))


def _path(template: Template, artifact: dict[str, Any], what: str, where: Path) -> Iterator[Finding]:
    title, path = f"{what} `{artifact.get('name', '')}`", str(artifact.get("path") or "")
    if not set(template.kinds) & _LEAVES:
        if path:
            message = f"{title} of a {template.kind} template has no `path`"
            yield Finding("misplaced-key", message, (*where, "path"), "it is no file there", key=True)
    elif not path:
        yield Finding("missing-key", f"{title} needs a `path`", where)
    elif _climbs(path):
        yield Finding("invalid-value", f"the path of {title} leads out of its folder by `..`", (*where, "path"))


def _climbs(path: str) -> bool:
    """Whether a path leaves what stands before its first `/..`."""
    safe = path.partition("/../")[0] if "/../" in path else path[:-3] if path.endswith("/..") else ""
    return bool(safe) and not posixpath.normpath(path).startswith(safe + "/")


def inputs(view: View) -> Iterator[Finding]:
    """An input artifact may say where it comes from, but not from which step; arguments do."""
    for template in view.all_templates:
        for index, artifact in enumerate((template.data.get("inputs") or {}).get("artifacts") or []):
            where = (*template.path, "inputs", "artifacts", index)
            if artifact.get("from"):
                message = f"input artifact `{artifact.get('name', '')}` has a `from`, which belongs to arguments"
                yield Finding("misplaced-key", message, (*where, "from"), key=True)
            if artifact.get("git") is not None and not artifact["git"].get("repo"):
                yield Finding("missing-key", "`git` needs a `repo`", (*where, "git"))
            if artifact.get("hdfs") is not None:
                yield from _hdfs(artifact["hdfs"], (*where, "hdfs"))


def _hdfs(source: dict[str, Any], where: Path) -> Iterator[Finding]:
    for key in ("addresses", "path"):
        if not source.get(key):
            yield Finding("missing-key", f"`hdfs` needs `{key}`", where)
    if source.get("path") and not str(source["path"]).startswith("/"):
        yield Finding("invalid-value", "a path in HDFS begins with `/`", (*where, "path"))
    if not any(source.get(key) for key in _LOGIN):
        yield Finding("missing-key", f"`hdfs` needs one of {', '.join(_LOGIN)}", where)
    for login, needed in _KERBEROS.items():
        missing = [key for key in needed if not source.get(key)]
        if source.get(login) and missing:
            yield Finding("missing-key", f"`{login}` needs {', '.join(f'`{key}`' for key in missing)} beside it", where)
