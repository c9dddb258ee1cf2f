"""The program of a template: which inputs its texts use, and what a task gives for them."""

import re
from typing import Any

from yamlflow.app.importing.scope import Scope, read, translate
from yamlflow.app.importing.values import Code, Input, Location, Parts, argument, in_text, placeholders
from yamlflow.argo.view import Data

_POD = {"pod.name": "POD_NAME", "retries": "RETRY_ATTEMPT"}


class Body:
    """Turns texts of a template into texts of a component, and notes their inputs and the arguments for them."""

    def __init__(self, template: Data, scope: Scope) -> None:
        self.scope = scope
        self.arguments: dict[str, Any] = {}
        self.sources: dict[str, str] = {}
        self.read_paths: set[str] = set()
        self.env: dict[str, str] = {}
        inputs, outputs = (template.get(side) or {} for side in ("inputs", "outputs"))
        self.input_paths = {
            str(item["name"]): str(item["path"])
            for item in inputs.get("artifacts") or []
            if item.get("path") and f"artifacts.{item['name']}" in scope.inputs
        }
        self.bound = {path for path in self.input_paths.values() if _is_bound(path, template)}
        self.fixed = {
            f"{side}.{kind}.{item['name']}.path": str(item.get("path") or (item.get("valueFrom") or {}).get("path"))
            for side, holder in (("inputs", inputs), ("outputs", outputs))
            for kind in ("parameters", "artifacts")
            for item in holder.get(kind) or []
        }

    def text(self, value: object) -> object:
        """Return a text of the program, with placeholders for inputs."""
        return placeholders(self._with_paths(self.parts(value)))

    def parts(self, value: object) -> Parts:
        """Return a text of the program, with inputs in it."""
        return read(value, self._name, self._expression)

    def path_of(self, name: str) -> None:
        """Note an input that the program reads from its path."""
        self.read_paths.add(name)
        self._input(name, f"inputs.artifacts.{name}", self.scope.inputs[f"artifacts.{name}"])

    def _name(self, name: str) -> Parts:
        if name in _POD:
            self.env[_POD[name]] = in_text(self.scope.names(name))
            return (f"$({_POD[name]})",)
        if name in self.fixed:
            return (self.fixed[name],)
        short = name.removeprefix("inputs.parameters.").removeprefix("workflow.parameters.").replace(".", "-")
        return (Input(self._input(short, name, self.scope.names(name))),)

    def _expression(self, text: str) -> Parts:
        code = translate(text, self.scope.names)
        return (Input(self._input("value", f"={text}", (Code(code),))),)

    def _input(self, wanted: str, source: str, value: Parts) -> str:
        """Return the name of the input that holds a value; the same one for the same source."""
        for name, known in self.sources.items():
            if known == source:
                return name
        name, number = wanted, 1
        while name in self.sources:
            number += 1
            name = f"{wanted}-{number}"
        self.sources[name] = source
        self.arguments[name] = argument(value)
        return name

    def _with_paths(self, parts: Parts) -> Parts:
        """Return a text with the paths of input files as placeholders."""
        for name, path in self.input_paths.items():
            if path in self.bound:
                continue
            pattern = re.compile(rf"(?<![\w./-]){re.escape(path)}(?![\w.-])")
            found: list[str | Code | Input | Location] = []
            for part in parts:
                if not isinstance(part, str) or not pattern.search(part):
                    found.append(part)
                    continue
                self.path_of(name)
                first, *others = pattern.split(part)
                found.append(first)
                for other in others:
                    found += [Input(name, "inputPath"), other]
            parts = tuple(part for part in found if part != "")
        return parts


def _is_bound(path: str, template: Data) -> bool:
    """Whether a file must lie where it does: in a volume, which others see too, or where the program starts."""
    program = template.get("container") or template.get("script") or {}
    mounts = [str(item.get("mountPath")) for item in program.get("volumeMounts") or []]
    folder = str(program.get("workingDir") or "")
    return any(_is_in(path, mount) for mount in mounts) or (folder != "" and _is_in(folder, path))


def _is_in(path: str, folder: str) -> bool:
    return f"{path.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/")
