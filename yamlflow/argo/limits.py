"""What the local engine cannot do."""

from typing import Any


def refuse(manifest: dict[str, Any]) -> list[str]:
    """Return why a manifest cannot be run here; nothing when it can."""
    del manifest
    return []
