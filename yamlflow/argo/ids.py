"""Ids and names as Argo makes them."""

import os

_SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_POD_NAME_PREFIX = 242  # 253 (a DNS subdomain) less 10 digits and the dash


def fnv1a32(text: str) -> int:
    """Return the 32 bit FNV-1a hash of a text in UTF-8."""
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def node_id(workflow: str, node_name: str) -> str:
    """Return the id of a node from its full name."""
    return workflow if node_name == workflow else f"{workflow}-{fnv1a32(node_name)}"


def pod_name(workflow: str, node_name: str, template: str) -> str:
    """Return the name of the pod of a node (format v2); `template` is "" for an inline template."""
    if node_name == workflow:
        return workflow
    prefix = f"{workflow}-{template}" if template else workflow
    return f"{prefix[:_POD_NAME_PREFIX]}-{fnv1a32(node_name)}"


def random_suffix(length: int = 5) -> str:
    """Return what Kubernetes appends to a `generateName`."""
    return "".join(_SUFFIX_ALPHABET[byte % len(_SUFFIX_ALPHABET)] for byte in os.urandom(length))


def suffix_of(text: str, length: int = 5) -> str:
    """Return what is appended to a `generateName` when it must be the same each time for a text."""
    import hashlib

    found = hashlib.sha256(text.encode()).digest()[:length]
    return "".join(_SUFFIX_ALPHABET[byte % len(_SUFFIX_ALPHABET)] for byte in found)


def is_dns_label(name: str, limit: int = 63) -> bool:
    """Whether a name is a DNS-1123 label."""
    return _is_dns(name, limit, extra="-")


def is_dns_subdomain(name: str, limit: int = 253) -> bool:
    """Whether a name is a DNS-1123 subdomain: labels joined by dots."""
    return len(name) <= limit and all(_is_dns(label, limit, extra="-") for label in name.split("."))


def _is_dns(name: str, limit: int, extra: str) -> bool:
    allowed = name.isascii() and all(c.isdigit() or (c.isalpha() and c.islower()) or c in extra for c in name)
    return bool(name) and len(name) <= limit and allowed and name[0] not in extra and name[-1] not in extra
