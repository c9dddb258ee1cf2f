"""Reading `yamlflow.yaml`."""

import re
from collections.abc import Iterator

from yamlflow.diagnostics import Sink, SourceText, Span, did_you_mean
from yamlflow.diagnostics.codes import codes
from yamlflow.diagnostics.severity import LEVELS, Level
from yamlflow.project.keys import KEYS, REQUIRED
from yamlflow.project.model import Profile, Project
from yamlflow.source import Mapping, Node, Scalar, read_source
from yamlflow.source.fields import Fields, as_mapping, as_text
from yamlflow.source.files import load_text

RUNNERS = ("process", "container")
_NAMESPACE = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"


def read_mapping(path: str, what: str, sink: Sink, draft: SourceText | None = None) -> Mapping | None:
    """Read the mapping in a file, or in its draft; one that says nothing at all is fine, and gives None."""
    source = draft or load_text(path, sink)
    found = Sink()
    node = read_source(source, found) if source is not None else None
    for item in found.items:
        if item.code != "empty-file":
            sink.add(item)
    sink.ignores += found.ignores
    return as_mapping(node, what, sink)


def load(path: str, sink: Sink, draft: SourceText | None = None) -> Project:
    """Read a project, or the draft of one; what is wrong in it is reported and left out."""
    node = read_mapping(path, "the project", sink, draft)
    if node is None:
        return Project(path)
    found = Fields(node, sink, "the project", KEYS["project"], REQUIRED["project"])
    pipelines = [as_text(item, "`pipelines` of the project", sink, "a path") for item in found.list("pipelines")]
    options = [
        as_text(item, "`containerOptions` of the project", sink, "an option") for item in found.list("containerOptions")
    ]
    checks = list(_checks(found))
    project = Project(
        path,
        _namespace(found),
        found.text("target"),
        tuple(item for item in pipelines if item is not None),
        found.mapping("values", "a mapping of names to values"),
        _profiles(found),
        {entry.key.value: entry.value for entry in found.entries("components")},
        {code: level for code, level, _ in checks},
        found.mapping("defaults"),
        {code: span for code, _, span in checks},
        _texts(found, "componentPath", "a folder or an address"),
        _texts(found, "httpHosts", "the name of a host"),
        found.choice("runner", RUNNERS),
        found.text("containerEngine", "the name of a program"),
        tuple(item for item in options if item is not None),
    )
    _check_lineages(project, sink)
    return project


def _texts(found: Fields, key: str, expected: str) -> tuple[str, ...]:
    items = [as_text(item, f"`{key}` of the project", found.sink, expected) for item in found.list(key)]
    return tuple(item.value for item in items if item is not None)


def _namespace(found: Fields) -> Scalar | None:
    node = found.text("namespace")
    if node is None or re.fullmatch(_NAMESPACE, node.value):
        return node
    message = f"`{node.value}` cannot be the name of a namespace"
    found.sink.error("invalid-value", message, node.span, "use lower case letters, digits and `-`")
    return None


def _profiles(owner: Fields) -> dict[str, Profile]:
    profiles: dict[str, Profile] = {}
    for key, value in owner.entries("profiles", "a mapping of profiles"):
        profiles[key.value] = _profile(key, value, owner.sink)
    return profiles


def _profile(name: Scalar, node: Node, sink: Sink) -> Profile:
    empty = Profile(name.value, name.span, None, None)
    if isinstance(node, Scalar) and node.data() is None:
        return empty
    mapping = as_mapping(node, f"profile `{name.value}`", sink)
    if mapping is None:
        return empty
    found = Fields(mapping, sink, f"profile `{name.value}`", KEYS["profile"], REQUIRED["profile"])
    extends = found.text("extends", "the name of a profile")
    return empty._replace(extends=extends, values=found.mapping("values", "a mapping of names to values"))


def _checks(owner: Fields) -> Iterator[tuple[str, Level, Span]]:
    """Yield how severe the findings of each code are, and where that stands."""
    mapping = owner.mapping("checks", "a mapping of codes to severities")
    if mapping is None:
        return
    known = codes()
    found = Fields(mapping, owner.sink, "`checks`", tuple(mapping.entries))
    for code, entry in mapping.entries.items():
        if code not in known:
            hint = did_you_mean(code, known) or "`yamlflow explain` lists all"
            owner.sink.error("unknown-code", f"there is no code `{code}`", entry.key.span, hint)
            continue
        node = found.choice(code, LEVELS)
        level = next((level for level in LEVELS if node is not None and node.value == level), None)
        if level is not None:
            yield code, level, entry.value.span


def _check_lineages(project: Project, sink: Sink) -> None:
    reported: set[str] = set()
    for profile in project.profiles.values():
        if profile.extends is None:
            continue
        name = profile.extends.value
        if name not in project.profiles:
            hint = did_you_mean(name, project.profiles)
            sink.error("unknown-profile", f"there is no profile `{name}`", profile.extends.span, hint)
            continue
        names = [item.name for item in reversed(project.lineage(profile.name))]
        last = project.profiles[names[-1]].extends
        if last is not None and last.value == profile.name and profile.name not in reported:
            reported.update(names)
            message = f"profile `{profile.name}` extends itself"
            note = (" → ".join([*names, profile.name]),) if len(names) > 1 else ()
            sink.error("profile-cycle", message, profile.extends.span, notes=note)
