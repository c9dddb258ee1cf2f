"""Loading what a reference names: a file, a folder, a Python function, or a spec written in place."""

import os
from typing import TYPE_CHECKING

from yamlflow.components.keys import KEYS, REQUIRED
from yamlflow.components.model import Component, Origin
from yamlflow.components.remote import (
    FOLDER_FILE,
    address,
    as_source,
    check_digest,
    is_address,
    joined,
    same_digest,
    split_digest,
    suffixes,
)
from yamlflow.components.spec import parse_spec
from yamlflow.components.store import Store
from yamlflow.diagnostics import Sink, SourceText, Span, did_you_mean, nearest
from yamlflow.source import Mapping, Node, Scalar, read_source
from yamlflow.source.fields import Fields, as_text, place, wrong_kind
from yamlflow.source.files import load_text

if TYPE_CHECKING:
    from yamlflow.components.python_file import PythonFile
    from yamlflow.components.python_settings import Settings

_YAML = (".yaml", ".yml")


class Loader:
    """Loads components; each file is read once, and its mistakes are reported once."""

    def __init__(self, sink: Sink, store: Store | None = None) -> None:
        self.sink = sink
        self.store = store or Store()
        self._specs: dict[str, Component | None] = {}
        self._python_files: dict[str, PythonFile | None] = {}
        self._functions: dict[tuple[object, ...], Component | None] = {}

    def load(self, node: Node, base: str) -> Component | None:
        """Return the component that a node names or holds; paths in it are relative to the folder `base`."""
        if isinstance(node, Mapping):
            form = _form(node)
            if form == "python":
                return self._python(node, base)
            return self._in_place(node) if form == "implementation" else self._referred(node, base)
        text = as_text(node, "a component", self.sink, "a path, a Python function or a component")
        return self._reference(text, base) if text is not None else None

    def _referred(self, node: Mapping, base: str) -> Component | None:
        """Load what a `componentRef` of KFP names: a spec in place, an address, a name, a digest."""
        if any(key in node for key in ("container", "image")):
            form = "container: ..." if "container" in node else "container: {image: ...}"
            hint = f"write `implementation: {{{form}}}`"
            self.sink.error("missing-key", "the component needs the key `implementation`", place(node), hint)
            return None
        fields = Fields(node, self.sink, "the reference", KEYS["componentRef"], REQUIRED["componentRef"])
        spec = fields.mapping("spec", "a component")
        if spec is not None:
            return self._in_place(spec)
        url, name, tag, said = (fields.text(key) for key in ("url", "name", "tag", "digest"))
        digest = said.value.removeprefix("sha256:") if said is not None else ""
        if said is not None and not check_digest(said, digest, self.sink):
            return None
        if url is not None and is_address(url.value):
            return self._remote(url, url.value, digest)
        if url is not None:
            return self._reference(url, base, digest)
        if name is not None:
            return self._named(name, name.value, digest, tag.value if tag is not None else "", base)
        if said is not None:
            return self._known(said, digest)
        if not fields.has_unknown:
            self.sink.error("missing-key", "the reference needs one of: url, name, digest, spec", place(node))
        return None

    def _in_place(self, node: Mapping) -> Component | None:
        span = node.span
        where = f"{os.path.basename(span.source.name)}:{span.line}"
        return parse_spec(node, Origin(span.source.name, span.line, where), self.sink)

    def _python(self, node: Mapping, base: str) -> Component | None:
        from yamlflow.components.python_settings import read_settings

        reference, settings = read_settings(node, self.sink)
        return None if reference is None else self._function(reference, base, settings)

    def _reference(self, node: Scalar, base: str, digest: str = "") -> Component | None:
        found = (node.value, digest) if digest else split_digest(node, self.sink)
        if found is None:
            return None
        text, digest = found
        if is_address(text) or is_address(base):
            return self._remote(node, joined(base, text), digest)
        if ".py:" in text or text.endswith(".py"):
            return self._function(node, base)
        path = os.path.normpath(os.path.join(base, text))
        if text and os.path.isdir(path):
            path = os.path.join(path, FOLDER_FILE)
        if not os.path.isfile(path):
            if text and not text.startswith((".", "/")) and self.finds(text):
                return self._named(node, text, digest, "", base)
            self._not_found(node, text, base)
            return None
        return self._file(path, node, digest)

    def finds(self, name: str) -> bool:
        """Whether names are looked for in a search path, and this one may be there."""
        return bool(self.store.policy.search) and not name.endswith((*_YAML, ".py"))

    def _file(self, path: str, node: Scalar, digest: str) -> Component | None:
        key = os.path.abspath(path)
        if digest and not same_digest(path, digest):
            self.sink.files.add(path)
            message = f"`{path}` holds another component than the digest says"
            self.sink.error("component-changed", message, place(node), "write the new digest")
            return None
        if key not in self._specs:
            source = load_text(path, self.sink)
            self._specs[key] = self._parse(source, path, node) if source is not None else None
        return self._specs[key]

    def _named(self, node: Scalar, name: str, digest: str, tag: str, base: str) -> Component | None:
        """Load a component by its name: from the folder of the reference, then along the search path."""
        tried: list[str] = []
        for folder in (base, *self.store.policy.search):
            for suffix in suffixes(name.strip("/"), digest, tag):
                path = joined(folder, suffix)
                tried.append(path)
                found = self._at(path, node, digest)
                if found is not None:
                    return found if isinstance(found, Component) else None
        notes = (f"looked for: {', '.join(tried)}",)
        hint = "`componentPath` of yamlflow.yaml says where else to look" if not self.store.policy.search else ""
        self.sink.error("component-not-found", f"there is no component `{name}`", place(node), hint, notes=notes)
        return None

    def _at(self, path: str, node: Scalar, digest: str) -> Component | bool | None:
        """Return the component at a place, False when it is there and wrong, None when there is none."""
        if is_address(path):
            tried = Sink()
            before, self.sink = self.sink, tried
            found = self._remote(node, path, digest)
            self.sink = before
            absent = any(item.code == "fetch-failed" and "there is nothing" in item.message for item in tried.items)
            before.files |= tried.files
            if not absent:
                before.take(tried)
            return None if absent else found or False
        self.sink.files.add(path)
        if not os.path.isfile(path) or (digest and not same_digest(path, digest)):
            return None
        return self._file(path, node, digest) or False

    def _known(self, node: Scalar, digest: str) -> Component | None:
        """Load what was fetched before, by its digest alone."""
        data = self.store.by_digest(digest, self.sink)
        if data is None:
            message = "nothing with this digest was fetched yet"
            self.sink.error("component-not-cached", message, place(node), "write its `url` beside it")
            return None
        source = as_source(f"sha256:{digest}", data, place(node), self.sink)
        return self._parse(source, source.name, node) if source is not None else None

    def _remote(self, node: Scalar, text: str, digest: str) -> Component | None:
        url = address(text, node, self.store, self.sink)
        key = f"{url}@{digest}"
        if not url:
            return None
        if url.endswith(".py") or ".py:" in url:
            message = "a Python function cannot be loaded from an address"
            self.sink.error("unsupported-reference", message, place(node), "save the file beside the pipeline")
            return None
        if key not in self._specs:
            data = self.store.content(url, digest, place(node), self.sink)
            self._specs[key] = self._from_data(url, digest, data, node) if data is not None else None
        return self._specs[key]

    def _from_data(self, url: str, digest: str, data: bytes, node: Scalar) -> Component | None:
        own = Sink()
        source = as_source(url, data, place(node), own)
        before, self.sink = self.sink, own
        component = self._parse(source, url, node) if source is not None else None
        self.sink = before
        if self.store.refuse_change(url, digest, component, data, place(node), self.sink):
            return None
        self.sink.take(own)
        if not digest and not own.failed:
            self.store.pin(url, component, data, self.sink)
        return component

    def _parse(self, source: SourceText, path: str, reference: Scalar) -> Component | None:
        node = read_source(source, self.sink)
        if node is None:
            return None
        if not isinstance(node, Mapping):
            wrong_kind(self.sink, node, "a mapping with `implementation`", "the component")
            return None
        if "apiVersion" in node and "implementation" not in node:
            message = f"`{reference.value}` is a manifest, not a component"
            self.sink.error("unsupported-reference", message, place(reference))
            return None
        content = source.text.replace("\r\n", "\n").encode()
        origin = Origin(path, 1, path)
        if "tasks" in node and "implementation" not in node:
            return Component("", "", (), (), None, {}, {}, origin, {}, content, pipeline=node)
        return parse_spec(node, origin, self.sink, content)

    def _function(self, node: Scalar, base: str, settings: "Settings | None" = None) -> Component | None:
        file_text, colon, name = node.value.rpartition(".py:")
        file_text = f"{file_text}.py" if colon else node.value
        path = os.path.normpath(os.path.join(base, file_text))
        if not os.path.isfile(path):
            self._not_found(node, file_text, base)
            return None
        file = self._parsed(path)
        if file is None:
            return None
        if not colon or not name:
            hint = f"write `{file_text}:{next(iter(file.functions), 'FUNCTION')}`"
            self.sink.error("component-not-found", f"`{node.value}` does not say which function", place(node), hint)
            return None
        from yamlflow.components.python_function import read_function
        from yamlflow.components.python_settings import Settings

        settings = settings or Settings()
        key = (os.path.abspath(path), name, *settings.key)
        if key not in self._functions:
            at = _part(node, len(node.value) - len(name), len(node.value))
            self._functions[key] = read_function(file, name, settings, at, self.sink)
        return self._functions[key]

    def _parsed(self, path: str) -> "PythonFile | None":
        key = os.path.abspath(path)
        if key not in self._python_files:
            from yamlflow.components.python_file import parse_python

            source = load_text(path, self.sink)
            self._python_files[key] = parse_python(source, self.sink) if source is not None else None
        return self._python_files[key]

    def _not_found(self, node: Scalar, text: str, base: str) -> None:
        self.sink.files.add(os.path.normpath(os.path.join(base, text)))
        folder, name = os.path.split(text)
        try:
            listed = sorted(os.listdir(os.path.join(base, folder) or "."))
        except (OSError, ValueError):
            listed = []
        found = [item for item in listed if item.endswith((*_YAML, ".py")) or _is_component_folder(base, folder, item)]
        hint = did_you_mean(name, found)
        if hint and folder:
            hint = hint.replace("`", f"`{folder}/", 1)
        hint = next((f"write `{text}{end}`" for end in _YAML if f"{os.path.basename(text)}{end}" in listed), "") or hint
        message = f"there is no component file `{text}`" if text else "the name of the component is empty"
        path = os.path.join(base, text)
        if text and os.path.isdir(path):
            message, hint = f"the folder `{text}` has no {FOLDER_FILE}", ""
        elif text and os.path.exists(path):
            message, hint = f"`{text}` is no file", ""
        self.sink.error("component-not-found", message, _part(node, 0, len(text)), hint)


def _form(node: Mapping) -> str:
    """Return the key that tells which form of a component a mapping is, though it be misspelt; "" for a reference."""
    forms = ("python", "implementation")
    known = (*forms, *KEYS["componentRef"])
    near = next((form for key in node.entries if (form := nearest(key, known)) in forms), None)
    return next((form for form in forms if form in node), near or "")


def _is_component_folder(base: str, folder: str, name: str) -> bool:
    return os.path.isfile(os.path.join(base, folder, name, FOLDER_FILE))


def _part(node: Scalar, start: int, end: int) -> Span:
    """Return the place of a part of a reference, or of the alias that brought it."""
    return node.alias or node.at(start, end)
