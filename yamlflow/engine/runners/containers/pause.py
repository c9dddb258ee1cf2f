"""A program that does nothing: it holds the network that the containers of a pod share, as in Kubernetes.

No image can be trusted to have one, so it is made here, for the processors that containers run on.
"""

import os
import struct
import threading

INSIDE = "/.yamlflow-pause"
_LOAD_AT = 0x400000
_HEADERS = 64 + 56
_PAUSE = {
    "x86_64": (62, bytes.fromhex("b822000000 0f05 ebf7")),  # mov eax, SYS_pause; syscall; jmp back
    "aarch64": (
        183,  # x0 = x1 = x2 = x3 = 0; x8 = SYS_ppoll; svc; back to the first one
        bytes.fromhex("000080d2 010080d2 020080d2 030080d2 280980d2 010000d4 faffff17"),
    ),
}


def write_pause(path: str) -> None:
    """Write the program for this machine to a file; FileNotFoundError where it is not known how."""
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(os.uname().machine, os.uname().machine)
    if machine not in _PAUSE:
        raise FileNotFoundError(f"containers that share a network are not known on {machine}")
    half = f"{path}.{threading.get_ident()}"
    with open(half, "wb") as file:
        file.write(_program(*_PAUSE[machine]))
    os.chmod(half, 0o755)
    os.rename(half, path)


def _program(machine: int, code: bytes) -> bytes:
    """Return an ELF file of one segment: its headers and the code."""
    size = _HEADERS + len(code)
    identity = b"\x7fELF" + bytes((2, 1, 1, 0)) + bytes(8)
    header = struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, _LOAD_AT + _HEADERS, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _LOAD_AT, _LOAD_AT, size, size, 0x1000)
    return identity + header + segment + code
