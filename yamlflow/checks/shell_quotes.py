"""Where in a shell script a value can be put: what quotes, if any, are around a place."""


def surroundings(script: str, holes: list[tuple[int, int]]) -> list[str] | None:
    """Return what is open around each hole: `"`, `'`, `$((`, `${`, `#`, or something else in which words are split.

    None where here-documents or backticks quote in their own way.
    """
    if "<<" in script or "`" in script:
        return None
    stack: list[str] = []
    found: list[str] = []
    at = 0
    for start, end in holes:
        _advance(script, at, start, stack)
        found.append(stack[-1] if stack else "")
        at = end
    return found


def _advance(script: str, at: int, end: int, stack: list[str]) -> None:
    while at < end:
        at += _step(script, at, stack)


def _step(script: str, at: int, stack: list[str]) -> int:
    """Read one sign; return how many characters it takes."""
    top, char = stack[-1] if stack else "", script[at]
    if top == "'":
        if char == "'":
            stack.pop()
        return 1
    if top == "#":
        if char == "\n":
            stack.pop()
        return 1
    if char == "\\":
        return 2
    return _opening(script, at, stack) or _closing(script, at, stack)


def _opening(script: str, at: int, stack: list[str]) -> int:
    top = stack[-1] if stack else ""
    for sign in ("$((", "$(", "${"):
        if script.startswith(sign, at):
            stack.append(sign)
            return len(sign)
    char = script[at]
    if char in "'\"" and top != '"' and not (char == "'" and top == "${"):
        stack.append(char)
        return 1
    if char == "#" and top in ("", "$(") and (at == 0 or script[at - 1] in " \t\n;"):
        stack.append("#")
        return 1
    if char == "(" and top in ("$(", "$(("):
        stack.append("(")
        return 1
    return 0


def _closing(script: str, at: int, stack: list[str]) -> int:
    top = stack[-1] if stack else ""
    if top == "$((" and script.startswith("))", at):
        stack.pop()
        return 2
    if (top, script[at]) in (('"', '"'), ("$(", ")"), ("(", ")"), ("${", "}")):
        stack.pop()
    return 1
