"""What a docstring says: its first paragraph at once, of parameters only when asked, as the library is slow to load."""

from yamlflow.components.model import Component
from yamlflow.source.nodes import Plain

_SECTIONS = ("Args:", "Arguments:", "Parameters:", "Params:", "Returns:", "Yields:", "Raises:", "Example:", "Note:")
_FIELDS = (":param", ":return", ":raise", ":type", ":rtype", ":arg")


def summary(text: str) -> str:
    """Return the first paragraph of a docstring, on one line."""
    found: list[str] = []
    for line in text.strip().splitlines():
        content = line.strip()
        if not content or content in _SECTIONS or content.startswith(_FIELDS):
            break
        if len(content) > 2 and not content.strip("-="):
            # The line before is the title of a section.
            return " ".join(found[:-1])
        found.append(content)
    return " ".join(found)


def described(component: Component) -> Component:
    """Return a component with what the docstring of its function says of inputs and outputs.

    Google's style, NumPy's and reST are read.
    """
    documentation = component.documentation
    texts = _texts(documentation.text) if documentation is not None else {}
    if documentation is None or not texts:
        return component
    by_port = {port: texts[name] for port, name in documentation.names if texts.get(name)}
    spec = dict(component.spec)
    for key in ("inputs", "outputs"):
        entries = spec.get(key)
        if isinstance(entries, list):
            spec[key] = [_entry(entry, key, by_port) for entry in entries if isinstance(entry, dict)]
    return component._replace(
        inputs=tuple(
            item._replace(description=by_port.get(("inputs", item.name), item.description)) for item in component.inputs
        ),
        outputs=tuple(
            item._replace(description=by_port.get(("outputs", item.name), item.description))
            for item in component.outputs
        ),
        spec=spec,
    )


def _entry(entry: dict[str, Plain], kind: str, by_port: dict[tuple[str, str], str]) -> Plain:
    """Return the entry of an input or output with its description where KFP has it."""
    description = by_port.get((kind, str(entry["name"])))
    if not description:
        return entry
    first: dict[str, Plain] = {key: entry[key] for key in ("name", "type") if key in entry}
    return {**first, "description": description, **entry}


def _texts(text: str) -> dict[str, str]:
    """Return what a docstring says of each parameter, of each returned field by name, and of the value under ""."""
    import docstring_parser

    try:
        parsed = docstring_parser.parse(text)
    except docstring_parser.ParseError:
        return {}
    found: dict[str, str] = {}
    if len(parsed.many_returns) == 1:
        found[""] = parsed.many_returns[0].description or ""
    for item in parsed.many_returns:
        found[item.return_name or ""] = item.description or ""
    for parameter in parsed.params:
        for name in parameter.arg_name.split(","):
            found[name.strip().lstrip("*")] = parameter.description or ""
    return {name: " ".join(described.split()) for name, described in found.items()}
