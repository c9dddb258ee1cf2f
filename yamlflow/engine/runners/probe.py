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
    began = time.monotonic()
    pause = _SHORTEST
    while pod.processes:
        address = launcher.address(pod.workspace)
        if address and _answers(probe, address, pod, launcher):
            return address
        time.sleep(pause)
        pause = min(period, max(_SHORTEST, (time.monotonic() - began) / 4))
    return ""


def _answers(probe: dict[str, Any], address: str, pod: Pod, launcher: Launching) -> bool:
    timeout = float(probe.get("timeoutSeconds") or _TIMEOUT)
    if command := (probe.get("exec") or {}).get("command"):
        return launcher.succeeds(pod.main, pod.workspace, [str(word) for word in command], timeout)
    if get := probe.get("httpGet"):
        return _gets(get, address, timeout)
    if port := (probe.get("tcpSocket") or {}).get("port"):
        return _connects(address, int(port))
    return True


def _connects(address: str, port: int) -> bool:
    import socket

    try:
        with socket.create_connection((address, port), timeout=_TIMEOUT):
            return True
    except OSError:
        return False


def _gets(get: dict[str, Any], address: str, timeout: float) -> bool:
    import http.client

    connection = http.client.HTTPConnection(str(get.get("host") or address), int(get["port"]), timeout=timeout)
    try:
        connection.request("GET", str(get.get("path") or "/"))
        return 200 <= connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
