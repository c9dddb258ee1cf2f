"""Plain data as YAML the way people write pipelines: what is small stands on one line, in brackets."""

from typing import Any

from yamlflow.source.writer import Written, write_text, write_yaml

_WIDTH = 110
_DEEPEST = 3
_SPECIAL = frozenset("[]{},:#&*?|>!%@`")
_BLOCKS = frozenset({"tasks", "onExit", "components", "hooks"})
"""Keys whose values hold large things by names of the user's own: each of these has lines of its own."""
_MEMBERS = "containers"


def write_compact(data: dict[str, Any]) -> str:
    """Return plain data as YAML text, in the order given, with small mappings and lists on one line."""
    return write_yaml({key: _block(value, key, 0) for key, value in data.items()})


def _block(value: Any, key: str, indent: int) -> Any:  # noqa: ANN401 - plain data
    """Return a value whose parts are on one line where they fit."""
    if isinstance(value, dict):
        inner = indent + 2
        if key in _BLOCKS:
            return {name: _parts(item, name, inner) for name, item in value.items()}
        if key == _MEMBERS:
            return {name: _block(item, name, inner) for name, item in value.items()}
        return _line(value, indent + len(key) + 2) or _parts(value, key, indent)
    if isinstance(value, list):
        if len(value) < 2 or not all(isinstance(item, dict) for item in value):
            found = _line(value, indent + len(key) + 2)
            if found is not None:
                return found
        return [_line(item, indent + 2) or _parts(item, "", indent) for item in value]
    return value


def _parts(value: Any, _key: str, indent: int) -> Any:  # noqa: ANN401 - plain data
    if isinstance(value, dict):
        return {name: _block(item, str(name), indent + 2) for name, item in value.items()}
    return [_block(item, "", indent + 2) for item in value] if isinstance(value, list) else value


def _line(value: Any, used: int) -> Written | None:  # noqa: ANN401 - plain data
    """Return a mapping or list as text of one line, None when it is too long or too deep for one."""
    if not isinstance(value, dict | list) or not value:
        return None
    text = _flow(value, _DEEPEST)
    return Written(text) if text is not None and used + len(text) <= _WIDTH else None


def _flow(value: Any, depth: int) -> str | None:  # noqa: ANN401 - plain data
    if isinstance(value, dict | list) and value:
        if not depth:
            return None
        pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        texts = [(key, _flow(item, depth - 1)) for key, item in pairs]
        if any(text is None for _, text in texts):
            return None
        if isinstance(value, dict):
            return "{" + ", ".join(f"{_scalar(str(key))}: {text}" for key, text in texts) + "}"
        return "[" + ", ".join(str(text) for _, text in texts) + "]"
    if isinstance(value, str):
        return None if "\n" in value else _scalar(value)
    return write_yaml(value).removesuffix("\n")


def _scalar(text: str) -> str:
    written = write_text(text)
    if written == text and _SPECIAL.intersection(text):
        if '"' in text and "'" not in text:
            return f"'{text}'"
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return written
