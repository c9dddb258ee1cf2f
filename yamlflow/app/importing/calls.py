"""What a step or task of a dag calls, and what it gives: template and arguments."""

import re
from collections.abc import Mapping
from typing import Any

from yamlflow.app.importing.leaves import outputs_of
from yamlflow.app.importing.scope import Scope, filled, plain, read, translate
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import Code, Location, Parts, UnknownTagError, in_code, in_text
from yamlflow.argo.finding import Path
from yamlflow.argo.view import Data, Template
from yamlflow.expressions.printer import text_literal

_PLACES = frozenset({"s3", "gcs", "http", "git", "oss", "azure", "hdfs", "artifactory", "plugin"})
_ONLY_TAG = re.compile(r"\s*\{\{([^{}=][^{}]*?)\}\}\s*")
_OF_TASK = re.compile(r"\s*\{\{\s*(tasks|steps)\.")
_NO_PLACE = ("name", "path", "optional", "from", "fromExpression", "globalName")


class Call:
    """One step, task or hook: its words, its place, and the template that it runs (None: one on the cluster)."""

    def __init__(self, found: Import, data: Data, path: Path) -> None:
        self.data = data
        self.path = path
        self.found = found
        self.template: Template | None = None
        if data.get("inline"):
            self.template = Template(data["inline"], (*path, "inline"))
        elif data.get("template"):
            self.template = found.templates.get(str(data["template"]))
            if self.template is None:
                found.refuse((*path, "template"), f"there is no template `{data['template']}`")

    @property
    def name(self) -> str:
        """Its name in the manifest."""
        return str(self.data.get("name") or "")

    def outputs(self) -> dict[str, str]:
        """Return what it hands out."""
        return outputs_of(self.template) if self.template else {"result": "result"}

    def defaults(self) -> dict[str, str]:
        """Return what its parameters are when they are absent."""
        listed = ((self.template.data if self.template else {}).get("outputs") or {}).get("parameters") or []
        sources = {str(item["name"]): item.get("valueFrom") or {} for item in listed}
        return {name: plain(source["default"]) for name, source in sources.items() if "default" in source}

    def bound(self, scope: Scope) -> Scope:
        """Return the scope of the template: its inputs as this call gives them."""
        template = self.template.data if self.template else {}
        inputs: dict[str, Parts] = {}
        declared = template.get("inputs") or {}
        given = self.data.get("arguments") or {}
        by_name = {str(item["name"]): (number, item) for number, item in enumerate(given.get("parameters") or [])}
        for item in declared.get("parameters") or []:
            number, argument = by_name.get(str(item["name"]), (-1, item))
            path = (*self.path, "arguments", "parameters", number) if number >= 0 else self.path
            own = scope if number >= 0 else scope._replace(inputs=inputs, tasks={})
            inputs[f"parameters.{item['name']}"] = self._parameter(argument, item, own, path)
        return scope._replace(inputs=inputs | self.files(scope, inputs), tasks={})

    def files(self, scope: Scope, inputs: Mapping[str, Parts]) -> dict[str, Parts]:
        """Return the files that the template gets; `inputs` are its other ones, which its own places may name."""
        declared = ((self.template.data if self.template else {}).get("inputs") or {}).get("artifacts") or []
        given = (self.data.get("arguments") or {}).get("artifacts") or []
        by_name = {str(item["name"]): (number, item) for number, item in enumerate(given)}
        found: dict[str, Parts] = {}
        for item in declared:
            number, argument = by_name.get(str(item["name"]), (-1, item))
            path = (*self.path, "arguments", "artifacts", number) if number >= 0 else self.path
            value = self._artifact(argument, scope if number >= 0 else scope._replace(inputs=inputs), path)
            if value is None and number >= 0:
                value = self._artifact(item, scope._replace(inputs=inputs), path)
            if value is not None:
                found[f"artifacts.{item['name']}"] = value
        return found

    def _parameter(self, argument: Data, declared: Data, scope: Scope, path: Path) -> Parts:
        value = argument.get("value", declared.get("value", declared.get("default")))
        if argument.get("valueFrom") is not None and "value" not in argument:
            return self._value_from(argument["valueFrom"], scope, path)
        if argument.get("value") is None and declared.get("valueFrom") is not None:
            return self._value_from(declared["valueFrom"], scope, path)
        try:
            parts = read(value, scope.names) or ("",)
        except UnknownTagError as error:
            self.found.refuse_tag(path, error)
            return ("",)
        tag = _ONLY_TAG.fullmatch(str(value))
        absent = scope.absent(tag.group(1), declared.get("value", declared.get("default"))) if tag else None
        return parts if absent is None else (Code(f"{in_code(parts)} ?? {text_literal(absent)}"),)

    def _value_from(self, source: Data, scope: Scope, path: Path) -> Parts:
        if "expression" in source:
            try:
                return (Code(translate(str(source["expression"]), scope.names)),)
            except UnknownTagError as error:
                self.found.refuse_tag(path, error)
        else:
            self.found.refuse(path, "an argument from a ConfigMap cannot be imported")
        return ("",)

    def _artifact(self, argument: Data, scope: Scope, path: Path) -> Parts | None:
        if "subPath" in argument:
            self.found.refuse(path, f"`subPath` of the artifact `{argument.get('name')}` cannot be imported")
        if argument.get("optional") and _OF_TASK.match(str(argument.get("from") or "")):
            self.found.refuse(path, f"artifact `{argument.get('name')}` of another task may be missing")
        try:
            if argument.get("from"):
                return read(argument["from"], scope.names)
            if argument.get("fromExpression"):
                return (Code(translate(str(argument["fromExpression"]), scope.names)),)
            if argument.get("raw"):
                return read(argument["raw"].get("data", ""), scope.names) or ("",)
            if not _PLACES.isdisjoint(argument):
                where = {key: value for key, value in argument.items() if key not in _NO_PLACE}
                return (Location(filled(where, scope.names)),)
        except UnknownTagError as error:
            if not argument.get("optional"):
                self.found.refuse_tag(path, error)
        return None


def cluster_call(call: Call, scope: Scope) -> Data:
    """Return the task that calls a template on the cluster."""
    reference = call.data["templateRef"]
    task: Data = {"template": {"ref": f"{reference.get('name')}/{reference.get('template')}"}}
    if reference.get("clusterScope"):
        task["template"]["clusterScope"] = True
    given = call.data.get("arguments") or {}
    values: dict[str, Any] = {}
    for item in given.get("parameters") or []:
        values[str(item["name"])] = in_text(read(item.get("value", ""), scope.names))
    files = [str(item["name"]) for item in given.get("artifacts") or []]
    for item in given.get("artifacts") or []:
        values[str(item["name"])] = in_text(read(item.get("from", ""), scope.names))
    if files:
        task["inputs"] = [{"name": name} for name in files]
    return {**task, "arguments": values} if values else task
