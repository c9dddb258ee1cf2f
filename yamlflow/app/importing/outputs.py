"""What a dag or steps template hands out, as the outputs of a group."""

from collections.abc import Collection

from yamlflow.app.importing.edges import USED
from yamlflow.app.importing.scope import Scope, read, translate
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import Code, Parts, UnknownTagError, in_code, in_text
from yamlflow.argo.view import Data, Template
from yamlflow.expressions.printer import text_literal


def flow_outputs(found: Import, template: Template, scope: Scope, perhaps: Collection[str]) -> list[Data]:
    """Return the outputs; `perhaps` are the tasks that a condition may skip."""
    made = []
    maybe = {scope.tasks[name].name for name in perhaps}
    for kind in ("parameters", "artifacts"):
        for number, item in enumerate((template.data.get("outputs") or {}).get(kind) or []):
            source = item.get("valueFrom") or {} if kind == "parameters" else item
            try:
                value = _value(source, scope)
            except UnknownTagError as error:
                found.refuse_tag((*template.path, "outputs", kind, number), error)
                continue
            made.append({"name": str(item["name"]), "value": _certain(value, source.get("default"), maybe)})
    return made


def _value(source: Data, scope: Scope) -> Parts:
    for key in ("expression", "fromExpression"):
        if source.get(key):
            return (Code(translate(str(source[key]), scope.names)),)
    return read(source.get("parameter", source.get("from", "")), scope.names)


def _certain(value: Parts, default: object, maybe: Collection[str]) -> str:
    """Return a value with something in its place where a task may have been skipped."""
    used = {one or other for one, other in USED.findall(in_text(value))}
    if default is None and used.isdisjoint(maybe):
        return in_text(value)
    fallback = text_literal("" if default is None else str(default))
    return f"${{{{ {in_code(value)} ?? {fallback} }}}}"
