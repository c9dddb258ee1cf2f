"""What runs at the end of a run, and when something of it holds."""

from functools import partial

from yamlflow.app.importing.calls import Call
from yamlflow.app.importing.conditions import condition
from yamlflow.app.importing.flow import Flow
from yamlflow.app.importing.kept import keep_hook
from yamlflow.app.importing.leaves import FLOWS
from yamlflow.app.importing.names import task_names
from yamlflow.app.importing.options import merge_argo
from yamlflow.app.importing.scope import Scope
from yamlflow.app.importing.state import Import
from yamlflow.app.importing.values import UnknownTagError
from yamlflow.argo.view import Data, Template


def write_hooks(found: Import, pipeline: Data) -> None:
    """Write what runs at the end, and when something holds."""
    hooks = dict(found.spec.get("hooks") or {})
    if found.spec.get("onExit"):
        hooks["exit"] = {"template": found.spec["onExit"]}
    for name, hook in hooks.items():
        path = (*found.path, "onExit") if name == "exit" and found.spec.get("onExit") else (*found.path, "hooks", name)
        call = Call(found, {"name": str(hook.get("template") or "end"), **hook}, path)
        made, errors = found.attempt(partial(_hook, found, call, name))
        if errors:
            words = {"onExit": hook["template"]} if path[-1] == "onExit" else {"hooks": {name: hook}}
            keep_hook(found, words if path[-1] == "onExit" else hook, call.template, path, errors[0])
            merge_argo(pipeline, words)
        elif name == "exit":
            pipeline["onExit"] = made["tasks"]
        else:
            pipeline.setdefault("hooks", {})[name] = made


def _hook(found: Import, call: Call, name: str) -> Data:
    """Return a hook in the words of a pipeline."""
    scope = Scope({}, {})
    try:
        tasks = _hook_tasks(found, call, scope)
        if name == "exit" and "expression" not in call.data:
            return {"tasks": tasks}
        when = condition("{{=" + str(call.data.get("expression", "true")) + "}}", scope.names)
    except UnknownTagError as error:
        found.refuse_tag(call.path, error)
        return {}
    return {"when": f"${{{{ {when} }}}}", "tasks": tasks}


def _hook_tasks(found: Import, call: Call, scope: Scope) -> Data:
    holder = Template({"name": "", "steps": [[call.data]]}, call.path)
    if call.template is not None and call.template.kind in FLOWS:
        return Flow(found, call.template, call.bound(scope), ()).tasks()
    flow = Flow(found, holder, scope, ())
    return {task_names([call.name], ())[0]: flow.called(call, scope, "")}
