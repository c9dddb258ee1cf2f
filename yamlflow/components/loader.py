"""Loading what a reference names: a file, a folder, a Python function, or a spec written in place."""

import os
from typing import TYPE_CHECKING

from yamlflow.components.keys import KEYS, REQUIRED
from yamlflow.components.model import Component, Origin
from yamlflow.components.spec import parse_spec
from yamlflow.diagnostics import Sink, Span, did_you_mean
from yamlflow.source import Mapping, Node, Scalar, read_source
from yamlflow.source.fields import Fields, as_text, place, wrong_kind
from yamlflow.source.files import load_text

if TYPE_CHECKING:
    from yamlflow.components.python_file import PythonFile
    from yamlflow.components.python_settings import Settings

_FOLDER_FILE = "component.yaml"
_YAML = (".yaml", ".yml")


class Loader:
    """Loads components; each file is read once, and its mistakes are reported once."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self._specs: dict[str, Component | None] = {}
        self._python_files: dict[str, PythonFile | None] = {}
        self._functions: dict[tuple[object, ...], Component | None] = {}

    def load(self, node: Node, base: str) -> Component | None:
        """Return the component that a node names or holds; paths in it are relative to the folder `base`."""
        if isinstance(node, Mapping):
            if "python" in node:
                return self._python(node, base)
            return self._in_place(node) if "implementation" in node else self._referred(node)
        text = as_text(node, "a component", self.sink, "a path, a Python function or a component")
        return self._reference(text, base) if text is not None else None

    def _referred(self, node: Mapping) -> Component | None:
        """Load what a `componentRef` of KFP names."""
        fields = Fields(node, self.sink, "the reference", KEYS["componentRef"], REQUIRED["componentRef"])
        spec = fields.mapping("spec", "a component")
        if spec is not None:
            return self._in_place(spec)
        hint = "save the component beside the pipeline and write its path"
        self.sink.error("unsupported-reference", "components cannot be loaded from the network yet", place(node), hint)
        return None

    def _in_place(self, node: Mapping) -> Component | None:
        span = node.span
        where = f"{os.path.basename(span.source.name)}:{span.line}"
        return parse_spec(node, Origin(span.source.name, span.line, where), self.sink)

    def _python(self, node: Mapping, base: str) -> Component | None:
        from yamlflow.components.python_settings import read_settings

        reference, settings = read_settings(node, self.sink)
        return None if reference is None else self._function(reference, base, settings)

    def _reference(self, node: Scalar, base: str) -> Component | None:
        text = node.value
        if "://" in text or "@sha256:" in text:
            hint = "save the component beside the pipeline and write its path"
            self.sink.error(
                "unsupported-reference", "components cannot be loaded from the network yet", place(node), hint
            )
            return None
        if ".py:" in text or text.endswith(".py"):
            return self._function(node, base)
        path = os.path.normpath(os.path.join(base, text))
        if text and os.path.isdir(path):
            path = os.path.join(path, _FOLDER_FILE)
        if not os.path.isfile(path):
            self._not_found(node, text, base)
            return None
        key = os.path.abspath(path)
        if key not in self._specs:
            self._specs[key] = self._read(path, node)
        return self._specs[key]

    def _read(self, path: str, reference: Scalar) -> Component | None:
        source = load_text(path, self.sink)
        node = read_source(source, self.sink) if source is not None else None
        if node is None or source is None:
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
        message = f"there is no component file `{text}`" if text else "the name of the component is empty"
        path = os.path.join(base, text)
        if text and os.path.isdir(path):
            message, hint = f"the folder `{text}` has no {_FOLDER_FILE}", ""
        elif text and os.path.exists(path):
            message, hint = f"`{text}` is no file", ""
        self.sink.error("component-not-found", message, _part(node, 0, len(text)), hint)


def _is_component_folder(base: str, folder: str, name: str) -> bool:
    return os.path.isfile(os.path.join(base, folder, name, _FOLDER_FILE))


def _part(node: Scalar, start: int, end: int) -> Span:
    """Return the place of a part of a reference, or of the alias that brought it."""
    return node.alias or node.at(start, end)
