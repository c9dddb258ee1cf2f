"""Argo's grammar of `depends`: task names, `name.Result`, `&&`, `||`, `!` and parentheses."""

from typing import NamedTuple

from yamlflow.diagnostics import did_you_mean

RESULTS = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class Term(NamedTuple):
    """One task name in a `depends`, with its place in the text; `result` is "" for the bare name."""

    name: str
    result: str
    start: int
    end: int


class Problem(NamedTuple):
    """What is wrong with a `depends`, and where in its text."""

    message: str
    start: int
    end: int
    hint: str = ""


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms: list[Term] = []

    def blank(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, sign: str) -> bool:
        self.blank()
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def any_of(self, depth: int = 0) -> Problem | None:
        problem = self.operand(depth)
        while problem is None and (self.take("&&") or self.take("||")):
            problem = self.operand(depth)
        return problem

    def operand(self, depth: int) -> Problem | None:
        while self.take("!"):
            pass
        if self.take("("):
            opened = self.at - 1
            if depth > 50:
                return Problem("it is nested too deeply", opened, opened + 1)
            problem = self.any_of(depth + 1)
            if problem is None and not self.take(")"):
                return Problem("this parenthesis is not closed", opened, opened + 1)
            return problem
        return self.term()

    def word(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in _NAME:
            self.at += 1
        return self.text[start : self.at]

    def term(self) -> Problem | None:
        self.blank()
        start = self.at
        name = self.word()
        if not name:
            return Problem("expected the name of a task here", start, min(start + 1, len(self.text)))
        result = ""
        if self.at < len(self.text) and self.text[self.at] == ".":
            self.at += 1
            result = self.word()
            if result not in RESULTS:
                message = f"a task has no result `{result}`; it has: {', '.join(RESULTS)}"
                return Problem(message, self.at - len(result), max(self.at, start + 1), did_you_mean(result, RESULTS))
        self.terms.append(Term(name, result, start, self.at))
        return None


def parse_depends(text: str) -> tuple[list[Term], Problem | None]:
    """Return the tasks that a `depends` names, and what is wrong with it."""
    parser = _Parser(text)
    problem = parser.any_of()
    parser.blank()
    if problem is None and parser.at < len(text):
        problem = Problem("expected `&&`, `||` or the end here", parser.at, parser.at + 1)
    return parser.terms, problem
