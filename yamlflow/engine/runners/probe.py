"""Waiting until a daemon can be used, as its readiness probe says."""

import time
from typing import Any

from yamlflow.engine.runners.launching import Launching
from yamlflow.engine.runners.pod import Pod

_SHORTEST = 0.05
_TIMEOUT = 1.0


def wait_until_ready(pod: Pod, launcher: Launching) -> str:
    """Ask the program of a daemon until it answers; return its address, "" when it has ended before.

    Called in a thread.
    """
    probe = pod.task.probe or {}
    period = min(float(probe.get("periodSeconds") or 1), 1.0)
    wanted = int(probe.get("successThreshold") or 1)
    began = time.monotonic()
    first = began + float(probe.get("initialDelaySeconds") or 0)
    pause = _SHORTEST
    answers = 0
    while pod.processes:
        address = launcher.address(pod.workspace) if time.monotonic() >= first else ""
        answers = answers + 1 if address and _answers(probe, address, pod, launcher) else 0
        if answers >= wanted:
            return address
        time.sleep(pause)
        pause = min(period, max(_SHORTEST, (time.monotonic() - began) / 4))
    return ""


def _answers(probe: dict[str, Any], address: str, pod: Pod, launcher: Launching) -> bool:
    timeout = float(probe.get("timeoutSeconds") or _TIMEOUT)
    if command := (probe.get("exec") or {}).get("command"):
        return launcher.succeeds(pod.main, pod.workspace, [str(word) for word in command], timeout)
    if get := probe.get("httpGet"):
        return _gets(get, str(get.get("host") or address), _port(get.get("port"), pod), timeout)
    if socket := probe.get("tcpSocket"):
        return _connects(str(socket.get("host") or address), _port(socket.get("port"), pod), timeout)
    return True


def _port(wanted: object, pod: Pod) -> int:
    """Return a port by its number, or by its name among those of the container; 0 when there is none."""
    named = {item.get("name"): item.get("containerPort") for item in pod.main.declared.get("ports") or ()}
    found = str(named.get(str(wanted), wanted))
    return int(found) if found.isdecimal() else 0


def _connects(address: str, port: int, timeout: float) -> bool:
    import socket

    try:
        with socket.create_connection((address, port), timeout=timeout):
            return True
    except OSError:
        return False


def _gets(get: dict[str, Any], address: str, port: int, timeout: float) -> bool:
    import http.client

    connection: http.client.HTTPConnection
    if get.get("scheme") == "HTTPS":
        from yamlflow.engine.runners.http import tls

        connection = http.client.HTTPSConnection(address, port, timeout=timeout, context=tls(verify=False))
    else:
        connection = http.client.HTTPConnection(address, port, timeout=timeout)
    headers = {str(item["name"]): str(item.get("value") or "") for item in get.get("httpHeaders") or ()}
    try:
        connection.request("GET", str(get.get("path") or "/"), headers=headers)
        return 200 <= connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
