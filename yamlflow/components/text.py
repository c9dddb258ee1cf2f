"""Scalars as text, the way the KFP SDK reads them: by YAML 1.1, then `str()`."""

from yamlflow.source import Node, Scalar


def kfp_text(scalar: Scalar) -> str:
    """Return the text that KFP makes of a scalar: `true` becomes `True`, `1.50` becomes `1.5`, quoted text stays."""
    text = scalar.value
    if scalar.style or scalar.tag:
        return text
    from yaml.constructor import SafeConstructor
    from yaml.nodes import ScalarNode
    from yaml.resolver import Resolver

    for tag, pattern in Resolver.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            kind = tag.rpartition(":")[2]
            if kind not in ("bool", "int", "float"):
                return text
            try:
                return str(getattr(SafeConstructor(), f"construct_yaml_{kind}")(ScalarNode(tag, text)))
            except ValueError:  # a whole number too long for Python
                return text
    return text


def default_text(node: Node) -> str | None:
    """Return a default as text, None for null; lists and mappings become JSON."""
    if isinstance(node, Scalar):
        return None if node.data() is None else kfp_text(node)
    import json

    return json.dumps(node.data(), sort_keys=True)
