"""Where the nodes of Jinja's tree stand in the text."""

from jinja2 import nodes

from yamlflow.templating.text import Place, TemplateText

# The parser gives these the place of a token before, between or behind their parts.
_OF_PARTS = (nodes.BinExpr, nodes.Compare, nodes.Concat, nodes.CondExpr, nodes.Tuple, nodes.Operand, nodes.Pair)
_PART_AT_FAULT: dict[type[nodes.Node], str] = {
    nodes.Getitem: "arg",
    nodes.For: "iter",
    **dict.fromkeys((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends), "template"),
}
Stretch = tuple[int, int]


def extent(node: nodes.Node, text: TemplateText) -> Stretch | None:
    """Return where a node begins and ends; of a statement, where its keyword stands."""
    place = node.lineno
    own: list[Stretch] = []
    if isinstance(place, Place) and not isinstance(node, _OF_PARTS):
        own.append((place.start, place.end))
        if isinstance(node, nodes.Getattr | nodes.Test):
            own.append(_name_behind(node.attr if isinstance(node, nodes.Getattr) else node.name, place.end, text))
        elif isinstance(node, nodes.Call | nodes.Getitem | nodes.List | nodes.Dict):
            own.append((place.start, text.brackets.get(place.start, place.end)))
        elif isinstance(node, nodes.Stmt):
            return own[0]
    own += [found for child in node.iter_child_nodes() if (found := extent(child, text))]
    if isinstance(place, Place) and not own:
        return place.start, place.end
    return (min(start for start, _ in own), max(end for _, end in own)) if own else None


def focus(node: nodes.Node, text: TemplateText) -> Stretch:
    """Return what to point at for a mistake in a node: of a longer expression only what it ends with."""
    place = node.lineno
    if isinstance(node, nodes.Getattr) and isinstance(place, Place):
        return _name_behind(node.attr, place.end, text)
    part = getattr(node, _PART_AT_FAULT.get(type(node), ""), node)
    if part is not node:
        return extent(part, text) or (0, 0)
    if isinstance(node, nodes.Filter) and isinstance(place, Place):
        return place.start, place.end
    return extent(node, text) or (0, 0)


def name_of(node: nodes.Test, text: TemplateText) -> Stretch:
    """Return where the name of a test stands."""
    place = node.lineno
    return _name_behind(node.name, place.end if isinstance(place, Place) else 0, text)


def _name_behind(name: str, at: int, text: TemplateText) -> Stretch:
    found = text.text.find(name, at)
    return (found, found + len(name)) if found >= 0 else (at, at)


def named(node: nodes.Node, name: object) -> nodes.Node | None:
    """Return the first node in a tree that looks a name up."""
    for candidate in (node, *node.find_all(nodes.Expr)):
        if isinstance(candidate, nodes.Getattr) and candidate.attr == name:
            return candidate
        if isinstance(candidate, nodes.Name) and candidate.name == name:
            return candidate
        key = candidate.arg if isinstance(candidate, nodes.Getitem) else None
        if isinstance(key, nodes.Const) and key.value == name:
            return candidate
    return None
