"""`defaults`: options of all tasks, and how they go together with what a task says itself."""

from collections.abc import Collection

from yamlflow.diagnostics import Sink
from yamlflow.expressions import references
from yamlflow.pipeline.held import Mount
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.options import NO_DEFAULTS, Defaults, Options, Source
from yamlflow.pipeline.parse_options import fields, parse_env, parse_options, parse_value
from yamlflow.pipeline.parse_volumes import parse_mounts
from yamlflow.source import Entry, Mapping, Node, Scalar, Sequence
from yamlflow.source.fields import Fields

ITEM_NAMES = ("name", "mountPath", "containerPort", "topologyKey")
"""Keys by which Kubernetes tells the items of lists apart; the first that all have counts."""

_WHOLE = {
    "retry": "retry",
    "timeout": "timeout",
    "workdir": "workdir",
    "serviceAccount": "service_account",
    "imagePullPolicy": "image_pull_policy",
}
_BY_NAME = {"labels": "labels", "annotations": "annotations", "nodeSelector": "node_selector"}
_PATCHES = ("argo", "pod")


def parse_defaults(node: Mapping | None, sink: Sink) -> Defaults:
    """Parse `defaults` of a pipeline or a project."""
    if node is None:
        return NO_DEFAULTS
    found = fields(node, sink, "`defaults`", "defaults")
    text, shell = found.text("image"), found.text("shell")
    image = parse_value(text, sink) if text is not None and text.value else None
    env = {name: item for name, item in parse_env(found).items() if _is_general(item, sink)}
    volumes = [mount for mount in parse_mounts(found) if _is_general(mount.name, sink)]
    image = image if image is None or _is_general(image, sink) else Value(image.node, None)
    return Defaults(image, shell.value if shell else "", parse_options(found), env, volumes)


def _is_general(item: Value | Source | None, sink: Sink) -> bool:
    """Whether a value means the same for all tasks; one that speaks of a certain task is reported."""
    for expr in item.expressions if isinstance(item, Value) else ():
        for _, steps in references(expr):
            if steps[0].name in ("tasks", "item") and isinstance(item, Value):
                message = f"`defaults` are of all tasks: they cannot speak of `{steps[0].name}`"
                sink.error("out-of-scope", message, item.at(steps[0].start, steps[-1].end))
                return False
    return True


def over(own: Defaults, common: Defaults) -> Defaults:
    """Return the defaults of a pipeline laid upon those of its project."""
    if common is NO_DEFAULTS or own is NO_DEFAULTS:
        return common if own is NO_DEFAULTS else own
    lay_upon(own.options, common.options)
    volumes = _mounts(own.volumes, common.volumes)
    return Defaults(own.image or common.image, own.shell or common.shell, own.options, common.env | own.env, volumes)


def apply_defaults(task: Task, defaults: Defaults, without: Collection[str]) -> None:
    """Give a task the defaults that it can have: all but those `without`."""
    if defaults is NO_DEFAULTS:
        return
    lay_upon(task.options, defaults.options, without)
    if "env" not in without:
        task.env = {name: _copy(item) for name, item in defaults.env.items() if name not in task.env} | task.env
    if "volumes" not in without:
        task.volumes = _mounts(task.volumes, [_own(mount) for mount in defaults.volumes])


def lay_upon(own: Options, common: Options, without: Collection[str] = ()) -> None:
    """Complete options by those below: what has names goes name by name, patches are merged, all else is whole."""
    for key, field in _WHOLE.items():
        if key not in without:
            setattr(own, field, getattr(own, field) or getattr(common, field))
    for key, field in _BY_NAME.items():
        if key not in without:
            setattr(own, field, getattr(common, field) | getattr(own, field))
    if "resources" not in without and common.resources is not None:
        own.resources = common.resources if own.resources is None else own.resources.over(common.resources)
    for key, node in common.shaped.items():
        if key not in without:
            mine = own.shaped.get(key)
            own.shaped[key] = node if mine is None else merged_nodes(node, mine) if key in _PATCHES else mine


def image_of(found: Fields, defaults: Defaults, options: Options) -> str:
    """Return the image that a program runs in, as it is written; one with expressions is among the options, too."""
    text = found.text("image")
    given, common = parse_value(text, found.sink) if text is not None else None, defaults.image
    image = given or (Value(common.node, common.parts) if common is not None else None)
    if image is None or not isinstance(image.node, Scalar):
        return ""
    options.image = image if image.parts is not None else None
    return image.node.value


def _copy(item: Value | Source) -> Value | Source:
    """Return a value of a task's own: what it uses is noted in it."""
    return Value(item.node, item.parts) if isinstance(item, Value) else item


def _own(mount: Mount) -> Mount:
    return mount if mount.name is None else mount._replace(name=Value(mount.name.node, mount.name.parts))


def _mounts(own: list[Mount], common: list[Mount]) -> list[Mount]:
    paths = {mount.path.rstrip("/") for mount in own}
    return [*(mount for mount in common if mount.path.rstrip("/") not in paths), *own]


def merged_nodes(base: Node, patch: Node) -> Node:
    """Return a patch laid upon another: as they are merged into what is rendered, each part with its place."""
    if isinstance(base, Mapping) and isinstance(patch, Mapping):
        entries = dict(base.entries)
        for entry in patch:
            below = base.get(entry.key.value)
            value = entry.value if below is None else merged_nodes(below, entry.value)
            entries[entry.key.value] = Entry(entry.key, value)
        return Mapping(patch.span, entries)
    if isinstance(base, Sequence) and isinstance(patch, Sequence):
        name = item_name([*base.items, *patch.items])
        if name:
            return Sequence(patch.span, _merged_items(base, patch, name))
    return patch


def item_name(items: list[Node]) -> str:
    """Return the key that names each of some items, "" if there is none."""
    return next((key for key in ITEM_NAMES if all(isinstance(item, Mapping) and key in item for item in items)), "")


def _merged_items(base: Sequence, patch: Sequence, name: str) -> list[Node]:
    changes = {_named(item, name): item for item in patch.items}
    kept = [
        merged_nodes(item, changes.pop(key)) if (key := _named(item, name)) in changes else item for item in base.items
    ]
    return kept + list(changes.values())


def _named(item: Node, name: str) -> str:
    return str(getattr(item.get(name), "value", "")) if isinstance(item, Mapping) else ""
