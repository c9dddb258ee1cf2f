"""The request of an `http` template."""

from typing import Any, NamedTuple

from yamlflow.engine.gojson import plain_text
from yamlflow.engine.node import Node
from yamlflow.engine.objects import Secrets
from yamlflow.engine.parallelism import template_of
from yamlflow.engine.pods import pod_scope
from yamlflow.engine.run import Run
from yamlflow.engine.scope import SubstitutionError, fill_data
from yamlflow.engine.state import State


class HttpRequest(NamedTuple):
    """What to ask for, and when the answer is good; "" means a status of 200 to 299."""

    node: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    timeout: float
    verify: bool
    condition: str


_TIMEOUT = 30.0


def request_of(state: State, node: Node, now: float, secrets: Secrets) -> HttpRequest:
    """Return the request of a node; SubstitutionError when it cannot be made."""
    run = Run(state, now)
    given = template_of(run, node)["http"]
    filled = fill_data({key: value for key, value in given.items() if key != "successCondition"}, pod_scope(run, node))
    return HttpRequest(
        node.id,
        str(filled.get("method") or "GET"),
        str(filled.get("url", "")),
        tuple((item["name"], _header(item, secrets)) for item in filled.get("headers") or []),
        _body(filled),
        float(filled.get("timeoutSeconds") or _TIMEOUT),
        not filled.get("insecureSkipVerify"),
        str(given.get("successCondition") or ""),
    )


def _header(item: dict[str, Any], secrets: Secrets) -> str:
    reference = (item.get("valueFrom") or {}).get("secretKeyRef")
    if not reference:
        return plain_text(item.get("value", ""))
    name, key = str(reference.get("name", "")), str(reference.get("key", ""))
    try:
        return secrets[name][key]
    except KeyError as error:
        raise SubstitutionError(f'secret "{name}" has no key "{key}"') from error


def _body(filled: dict[str, Any]) -> bytes:
    packed = (filled.get("bodyFrom") or {}).get("bytes")
    if packed:
        import base64

        return base64.b64decode(packed)
    return plain_text(filled.get("body", "")).encode()
