"""What the user should know about how a run is done on this machine."""

from collections.abc import Iterable, Iterator
from typing import Any

from yamlflow.argo.podpatch import FIELD, foreseen, names_in
from yamlflow.argo.templaterefs import reach
from yamlflow.argo.view import View
from yamlflow.engine.limits import limits_of
from yamlflow.engine.objects import Objects
from yamlflow.engine.runners.cgroups import Cgroups
from yamlflow.engine.runners.host import find_program

_NO_SANDBOX = (
    "no sandbox: bubblewrap does not work here, so tasks see your files, and their paths are moved to others; "
    "`--runner container` runs them in containers, `--no-sandbox` says that this is meant"
)
_LEFT_OUT, _MISSING = "left-out", "missing-program"
_Held = tuple[dict[str, Any], dict[str, Any]]
"""A template and a container of it."""
_UNSURE = frozenset("{$")
"""What a name has whose value is known in the task alone."""
_NO_CGROUPS = (
    "no cgroups can be had here: a limit of memory holds for each process of a task, and is no `OOMKilled`; "
    "limits of cpu are not in force"
)


def notices(
    spec: dict[str, Any],
    objects: Objects,
    options: dict[str, Any],
    path: str,
    *,
    sandboxed: bool,
    cgroups: Cgroups | None,
) -> list[str]:
    """Return it line by line, a warning with its code; `path` is where the programs of this machine are."""
    found = []
    if not options.get("containers"):
        if options.get("sandbox", True) and not sandboxed:
            found.append(_NO_SANDBOX)
        held = list(_with_templates(spec, objects))
        used = {_image(item) for _, item in held if item.get("image")}
        if used:
            found.append(f"images are not used; the programs of this machine run instead of {', '.join(sorted(used))}")
        absent = _absent(held, path)
        if absent:
            listed = ", ".join(f"`{program}` of {' and '.join(images)}" for program, images in absent.items())
            found.append(
                f"[{_MISSING}] not on this machine: {listed}; `--runner container` runs them from their images"
            )
        if cgroups is not None and not cgroups.works:
            found.append(_NO_CGROUPS)
    if options.get("leftOut"):
        found.append(f"[{_LEFT_OUT}] not in force on this machine: {', '.join(options['leftOut'])}")
    return found


def has_limits(spec: dict[str, Any], objects: Objects) -> bool:
    """Whether a container of a run has limits."""
    return any(limits_of(item) for _, item in _with_templates(spec, objects))


def _absent(held: Iterable[_Held], path: str) -> dict[str, list[str]]:
    """Return the programs that this machine lacks, with the images that have them."""
    absent: dict[str, list[str]] = {}
    for template, item in held:
        name = str((item.get("command") or [""])[0])
        own_path = any(variable.get("name") == "PATH" for variable in item.get("env") or ())
        if name.startswith("/") and any(name.startswith(own) for own in _own_paths(template, item)):
            continue
        if name and not _UNSURE.intersection(name) and not own_path and find_program(name, path)[1]:
            images = absent.setdefault(name, [])
            image = _image(item)
            images += [] if image in images else [image]
    return absent


def _image(container: dict[str, Any]) -> str:
    """Return what people call an image; of one that is filled in later the name is not known yet."""
    name = str(container.get("image") or "its image")
    return "an image that the run decides" if "{{" in name else name


def _own_paths(template: dict[str, Any], container: dict[str, Any]) -> Iterator[str]:
    """Yield the paths of files that are a task's own."""
    yield from (str(item.get("path") or "/") for item in (template.get("inputs") or {}).get("artifacts") or ())
    yield from (str(item.get("mountPath")) for item in container.get("volumeMounts") or ())


def _with_templates(spec: dict[str, Any], objects: Objects) -> Iterator[_Held]:
    """Yield all containers, each with its template, also those of templates that stand in other objects."""
    whole: dict[str, Any] = {FIELD: spec.get(FIELD)}
    names = names_in(spec)
    for template in [*_templates(spec, objects), spec.get("templateDefaults") or {}, whole]:
        held = [template[kind] for kind in ("container", "script") if template.get(kind)]
        held += (template.get("containerSet") or {}).get("containers") or []
        for key in ("initContainers", "sidecars"):
            held += template.get(key) or []
        if template.get(FIELD):
            patched = (foreseen(template[FIELD]) or {}).get("containers") or []
            held += [item for item in patched if item.get("name") in names]
        yield from ((template, item) for item in held)


def _templates(spec: dict[str, Any], objects: Objects) -> Iterator[dict[str, Any]]:
    manifest = {"kind": "Workflow", "spec": spec}
    yield from (item.data for item in View(manifest).all_templates)
    if objects:
        yield from (item.template for item in reach(manifest, objects)[0].values())
