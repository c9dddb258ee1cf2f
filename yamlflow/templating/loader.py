"""Templates that a template names: files inside of its project, and no others."""

import os
from collections.abc import Callable

from jinja2 import BaseLoader, Environment, TemplateNotFound, Undefined

from yamlflow.diagnostics import Sink
from yamlflow.source.files import load_text
from yamlflow.templating.text import TemplateText


class UnsafePathError(Exception):
    """A template names a file outside of its project."""


class ReportedError(Exception):
    """What is wrong was already reported."""


class FolderLoader(BaseLoader):
    """Loads templates by their paths; each stays inside of the folder `root`."""

    def __init__(self, root: str, sink: Sink) -> None:
        self.root = root
        self.texts: dict[str, TemplateText] = {}
        self._root = os.path.realpath(root or ".")
        self._sink = sink

    def resolve(self, name: object, parent: str) -> str:
        """Return the path of what a template calls `name`, relative to its own folder."""
        if isinstance(name, Undefined):
            name._fail_with_undefined_error()
        if not isinstance(name, str):
            raise TypeError("the name of a template must be a text")
        path = os.path.normpath(os.path.join(os.path.dirname(parent), name))
        try:
            real = os.path.realpath(path)
            inside = os.path.commonpath((self._root, real)) == self._root
        except ValueError:  # a NUL byte, or another drive
            raise TemplateNotFound(name) from None
        if os.path.isabs(name) or not inside:
            self._sink.files.add(path)
            raise UnsafePathError(name)
        return path

    def get_source(self, _environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        """Return the text of a template for Jinja."""
        if template not in self.texts:
            if not os.path.isfile(template):
                self._sink.files.add(template)
                raise TemplateNotFound(template)
            source = load_text(template, self._sink)
            if source is None:
                raise ReportedError
            self.texts[template] = TemplateText(source)
        return self.texts[template].text, "<template>", None
