"""Tasks of several containers in one pod."""

from collections.abc import Iterator
from typing import NamedTuple

from yamlflow.diagnostics import Sink, did_you_mean
from yamlflow.pipeline.contents import Content
from yamlflow.pipeline.defaults import image_of, lay_upon
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.names import check_container_name
from yamlflow.pipeline.options import Defaults, Options, Script, Source
from yamlflow.pipeline.parse_options import duration, fields, names, parse_env, parse_options
from yamlflow.pipeline.shapes import Shaped, refuse_expression
from yamlflow.source import Mapping, Scalar
from yamlflow.source.fields import Fields, as_mapping, as_text, place

MAIN = "main"
_OF_EACH = ("resources", "workdir", "imagePullPolicy", "securityContext")
_ENV = "let the program read it: `env: {NAME: ...}`"


class Member(NamedTuple):
    """One container of a set: it runs `script`, or `command` with `args`, once those of `after` have ended well."""

    name: str
    node: Mapping
    image: str
    script: Script | None
    command: list[str]
    args: list[str]
    after: list[Scalar]
    env: dict[str, Value | Source]
    options: Options


class ContainerSet(Content):
    """Containers by name, each tried again `retries` times, `pause` seconds later; `printed` is what `main` prints."""

    __slots__ = ("members", "pause", "printed", "retries")

    def __init__(self, members: dict[str, Member], printed: str | None) -> None:
        self.members = members
        self.printed = printed
        self.retries: int | None = None
        self.pause: int | None = None

    def values(self) -> Iterator[Value]:
        """Yield the values in it."""
        for member in self.members.values():
            yield from (item for item in member.env.values() if isinstance(item, Value))
            yield from (member.options.image,) if member.options.image is not None else ()


def images(task: Task) -> Iterator[Value]:
    """Yield the images of a task that hold expressions."""
    members = task.content.members.values() if isinstance(task.content, ContainerSet) else ()
    for options in (task.options, *(member.options for member in members)):
        if options.image is not None:
            yield options.image


def parse_container_set(task: Task, found: Fields, defaults: Defaults, printed: str | None) -> Content | None:
    """Parse `containerSet` of a task."""
    node = found.mapping("containerSet", "a mapping {containers, retry}")
    if node is None:
        return None
    sink = found.sink
    inner = fields(node, sink, f"`containerSet` of {found.what}", "containerSet")
    content = ContainerSet({}, printed)
    for entry in inner.entries("containers", "a mapping of names to containers"):
        name, what = entry.key.value, f"container `{entry.key.value}` of {found.what}"
        check_container_name(entry.key, sink)
        mapping = as_mapping(entry.value, what, sink, "a mapping {image, run}")
        if mapping is not None:
            content.members[name] = _member(entry.key, fields(mapping, sink, what, "setContainer"), defaults)
    listed = inner.get("containers")
    if isinstance(listed, Mapping) and not listed.entries:
        sink.error("no-tasks", "there are no containers here", place(listed))
    retry = inner.mapping("retry", "a mapping {limit, duration}")
    if retry is not None:
        again = fields(retry, sink, f"`retry` of {inner.what}", "setRetry")
        content.retries = again.integer("limit")
        content.pause = duration(again.text("duration"), f"`duration` of {again.what}", sink)
    _check_order(content, sink)
    if MAIN not in content.members:
        for key in ("inputs", "outputs", "artifacts"):
            if key in task.node:
                message = f"`{key}` of {found.what} needs a container named `{MAIN}`: files are for that one"
                sink.error("missing-key", message, task.node.key_span(key))
    return content


def _member(key: Scalar, found: Fields, defaults: Defaults) -> Member:
    sink = found.sink
    options = parse_options(found)
    own, program = found.get("image"), image_of(found, defaults, options)
    run, shell = found.text("run"), found.text("shell")
    if not program and (own is None or isinstance(own, Scalar)):
        sink.error("missing-key", f"{found.what} needs an image", key.span, "give it `image: alpine:3.20`")
    lists = {name: _texts(found, name) for name in ("command", "args")}
    if run is None and not lists["command"] and own is None:
        hint = "or an image of its own, which says what runs"
        sink.error("missing-key", f"{found.what} needs `run` or `command`", key.span, hint)
    for name in ("command", "args"):
        if run is not None and name in found.node:
            message = f"{found.what} has both `run` and `{name}`"
            sink.error("several-kinds", message, found.node.key_span(name), "use one of them")
    if shell is not None and run is None:
        sink.error("misplaced-key", "`shell` belongs to `run`", found.node.key_span("shell"))
    lay_upon(options, defaults.options, _not_of_each(defaults.options.shaped))
    script = Script(run, shell.value if shell else defaults.shell or "sh", program, None) if run is not None else None
    after = names(found.list("after", "a list of containers' names"), f"`after` of {found.what}", sink)
    return Member(key.value, found.node, program, script, **lists, after=after, env=parse_env(found), options=options)


def _not_of_each(shaped: Shaped) -> set[str]:
    """Return the options of tasks that containers of a set do not take from `defaults`: their pod has them."""
    pod = {"retry", "timeout", "serviceAccount", "labels", "annotations", "nodeSelector", *shaped}
    return pod - set(_OF_EACH)


def _texts(found: Fields, key: str) -> list[str]:
    given = [as_text(item, f"`{key}` of {found.what}", found.sink) for item in found.list(key, "a list of texts")]
    for text in given:
        if text is not None:
            refuse_expression(text, "a container", _ENV, found.sink)
    return [text.value for text in given if text is not None]


def _check_order(content: ContainerSet, sink: Sink) -> None:
    """Report containers that wait for what is not there, or for each other."""
    waits: dict[str, list[str]] = {}
    for member in content.members.values():
        waits[member.name] = []
        for text in member.after:
            if text.value not in content.members:
                hint = did_you_mean(text.value, content.members)
                sink.error("unknown-task", f"there is no container `{text.value}` beside it", place(text), hint)
            else:
                waits[member.name].append(text.value)
    while ready := [name for name, needs in waits.items() if not any(need in waits for need in needs)]:
        for name in ready:
            del waits[name]
    if waits:
        trail = [next(iter(waits))]
        while (following := next(need for need in waits[trail[-1]] if need in waits)) not in trail:
            trail.append(following)
        circle = [*trail[trail.index(following) :], following]
        shown = " → ".join(f"`{name}`" for name in circle)
        span = next(place(text) for text in content.members[circle[0]].after if text.value == circle[1])
        sink.error("cycle", f"these containers wait for each other: {shown}", span)
