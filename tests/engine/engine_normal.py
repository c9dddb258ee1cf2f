"""Runs in a form that can be compared: nodes by name, without ids, times and the order of children."""

from typing import Any

_KEPT = (
    "displayName",
    "type",
    "templateName",
    "templateScope",
    "phase",
    "message",
    "nodeFlag",
    "daemoned",
    "memoizationStatus",
)


def _parameters(holder: dict[str, Any] | None) -> list[dict[str, str]]:
    listed = (holder or {}).get("parameters") or []
    return [{key: item[key] for key in ("name", "value") if key in item} for item in listed]


def _artifacts(holder: dict[str, Any] | None) -> list[str]:
    return sorted(item["name"] for item in (holder or {}).get("artifacts") or [])


def normal_nodes(nodes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return `status.nodes` by name; what is empty is left out."""
    names = {key: node["name"] for key, node in nodes.items()}
    return {node["name"]: _normal(node, names) for node in nodes.values()}


def _normal(node: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    outputs = node.get("outputs") or {}
    found = {key: node.get(key) for key in _KEPT}
    found |= {
        "children": sorted(names[item] for item in node.get("children") or []),
        "outboundNodes": sorted(names[item] for item in node.get("outboundNodes") or []),
        "boundary": names.get(node.get("boundaryID", "")),
        "inputs": _parameters(node.get("inputs")),
        "inputArtifacts": _artifacts(node.get("inputs")),
        "outputs": _parameters(outputs),
        "outputArtifacts": _artifacts(outputs),
        "result": outputs.get("result"),
        "exitCode": outputs.get("exitCode"),
    }
    return {key: value for key, value in found.items() if value}


def recorded_nodes(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the nodes of a recorded run in the same form."""
    found = {}
    for node in record["nodes"]:
        outputs = node.get("outputs") or {}
        kept = {key: node.get(key) for key in (*_KEPT, "boundary", "inputArtifacts", "outputArtifacts", "exitCode")}
        kept |= {
            "children": sorted(node.get("children") or []),
            "outboundNodes": sorted(node.get("outboundNodes") or []),
        }
        kept |= {
            "inputs": _parameters(node.get("inputs")),
            "outputs": _parameters(outputs),
            "result": outputs.get("result"),
        }
        found[node["name"]] = {key: value for key, value in kept.items() if value}
    return found
