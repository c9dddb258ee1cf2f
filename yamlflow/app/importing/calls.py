"""What a step or task of a dag calls, and what it gives: template and arguments."""

from typing import Any

from yamlflow.app.importing.leaves import outputs_of
from yamlflow.app.importing.scope import Scope, UnknownTagError, read, translate
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import Code, Parts, in_text
from yamlflow.argo.finding import Path
from yamlflow.argo.view import Data, Template

_SOURCES = frozenset({"name", "path", "from", "fromExpression", "raw", "optional", "mode", "archive", "globalName"})
_GIVEN = frozenset({"from", "fromExpression", "raw"})


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
            inputs[f"parameters.{item['name']}"] = self._parameter(argument, item, scope, path)
        artifacts = {str(item["name"]): (number, item) for number, item in enumerate(given.get("artifacts") or [])}
        for item in declared.get("artifacts") or []:
            number, argument = artifacts.get(str(item["name"]), (-1, item))
            path = (*self.path, "arguments", "artifacts", number) if number >= 0 else self.path
            value = self._artifact(argument, scope, path)
            if value is not None:
                inputs[f"artifacts.{item['name']}"] = value
        return scope._replace(inputs=inputs, tasks={})

    def _parameter(self, argument: Data, declared: Data, scope: Scope, path: Path) -> Parts:
        value = argument.get("value", declared.get("value", declared.get("default")))
        if argument.get("valueFrom") is not None and "value" not in argument:
            return self._value_from(argument["valueFrom"], scope, path)
        if argument.get("value") is None and declared.get("valueFrom") is not None:
            return self._value_from(declared["valueFrom"], scope, path)
        try:
            return read(value, scope.names) or ("",)
        except UnknownTagError as error:
            self.found.refuse_tag(path, error)
            return ("",)

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
        try:
            if argument.get("from"):
                return read(argument["from"], scope.names)
            if argument.get("fromExpression"):
                return (Code(translate(str(argument["fromExpression"]), scope.names)),)
            if argument.get("raw"):
                return read(argument["raw"].get("data", ""), scope.names) or ("",)
        except UnknownTagError as error:
            if not argument.get("optional"):
                self.found.refuse_tag(path, error)
        return None

    def outside_artifacts(self) -> list[Data]:
        """Return the artifacts that come from storage, with the paths where the template wants them."""
        given = {str(item["name"]): item for item in (self.data.get("arguments") or {}).get("artifacts") or []}
        found = []
        for item in ((self.template.data if self.template else {}).get("inputs") or {}).get("artifacts") or []:
            merged = {**item, **given.get(str(item["name"]), {})}
            if "subPath" in merged:
                self.found.refuse(self.path, f"`subPath` of the artifact `{item['name']}` cannot be imported")
            elif set(merged) - _SOURCES and not _GIVEN & set(merged):
                found.append(merged)
        return found


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
