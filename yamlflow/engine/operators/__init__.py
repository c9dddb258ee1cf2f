"""One operator for each kind of template. A new kind is one module and one row in `BY_TEMPLATE`."""

from yamlflow.engine import retry
from yamlflow.engine.operator import Handler, Operator
from yamlflow.engine.operators import container, containerset, dag, data, http, resource, script, steps, suspend

BY_TEMPLATE: dict[str, Operator] = {
    "container": container.OPERATOR,
    "containerSet": containerset.OPERATOR,
    "script": script.OPERATOR,
    "steps": steps.OPERATOR,
    "dag": dag.OPERATOR,
    "data": data.OPERATOR,
    "http": http.OPERATOR,
    "resource": resource.OPERATOR,
    "suspend": suspend.OPERATOR,
}

HANDLERS: dict[str, Handler] = {
    kind: handler for operator in BY_TEMPLATE.values() for kind, handler in operator.handlers.items()
} | retry.HANDLERS
"""What goes on with a node of a type, when a child is over or its time has come."""
