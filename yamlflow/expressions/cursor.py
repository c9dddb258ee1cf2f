"""The place in the tokens of an expression, and the problems found there."""

from yamlflow.expressions.ast import Expr, Missing, Problem
from yamlflow.expressions.lexer import BRACKET, END, OPERATOR, Lexer, Token
from yamlflow.expressions.operators import BINARY, MEANT, WORDS

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_STAYS = frozenset({")", "]", "}", ",", ";", ":", "?"})


class Cursor:
    """Moves over the tokens of one text; at most one problem is kept for a place."""

    __slots__ = ("at", "offset", "problems", "text", "token", "tokens")

    def __init__(self, text: str, offset: int, plain: bool) -> None:
        lexer = Lexer(text, offset, plain)
        self.text = text
        self.offset = offset
        self.tokens = lexer.run()
        self.problems = lexer.problems
        self.at = 0
        self.token = self.tokens[0]

    def jump(self, at: int) -> None:
        """Go to a token by its number."""
        self.at = at
        self.token = self.tokens[at]

    def advance(self) -> Token:
        """Pass over a token and return it; the end stays."""
        token = self.token
        if token.kind != END:
            self.at += 1
            self.token = self.tokens[self.at]
        return token

    def sees(self, value: str) -> bool:
        """Whether the next token is this operator or bracket."""
        return self.token.value == value and self.token.kind in (OPERATOR, BRACKET)

    def spelling(self, token: Token) -> str:
        """Return a token as it stands in the source, shortened."""
        text = self.text[token.start - self.offset : token.end - self.offset]
        return text if len(text) <= 30 else text[:27] + "..."

    def last_end(self) -> int:
        """Return where the token before ends."""
        return self.tokens[self.at - 1].end if self.at else self.offset

    def fail(self, token: Token, message: str, hint: str = "") -> None:
        """Report a problem at a token."""
        if all(problem.start != token.start for problem in self.problems):
            self.problems.append(Problem(token.start, token.end, message, hint))

    def expect(self, value: str, what: str = "") -> None:
        """Pass over an operator, or report that it is missing."""
        if self.sees(value):
            self.advance()
        elif self.token.kind == END:
            self.fail(self.tokens[self.at - 1], f"`{value}` is missing after this", what)
        else:
            self.fail(self.token, f"`{value}` is missing before `{self.spelling(self.token)}`", what)

    def close(self, opener: Token) -> None:
        """Pass over the bracket that closes `opener`; when it is missing, go on behind the next one that fits."""
        closer = _CLOSERS[opener.value]
        if self.sees(closer):
            self.advance()
            return
        depth = 0
        for at in range(self.at, len(self.tokens)):
            token = self.tokens[at]
            if token.kind == BRACKET:
                if token.value in _CLOSERS:
                    depth += 1
                elif depth:
                    depth -= 1
                elif token.value == closer:
                    self.fail(self.token, f"unexpected `{self.spelling(self.token)}`", f"`{closer}` is expected here")
                    self.jump(at + 1)
                    return
                else:
                    break
        if self.token.kind == END:
            self.fail(opener, f"`{opener.value}` is not closed", f"close it with `{closer}`")
        else:
            self.fail(self.token, f"unexpected `{self.spelling(self.token)}`", f"`{closer}` is expected here")

    def meant(self, op: str) -> str:
        """Return the operator that a single `=` or `&` was meant to be, and report it."""
        if op in MEANT:
            self.fail(self.token, f"unexpected `{op}`", f"write `{MEANT[op]}`")
        return MEANT.get(op, op)

    def unexpected(self) -> None:
        """Report what stands behind a complete expression, unless that was told with what stands before it."""
        told = any(self.last_end() <= problem.start < self.token.start for problem in self.problems)
        if not told and not (self.sees("else") and any(one.hint == WORDS["if"] for one in self.problems)):
            hint = WORDS.get(self.token.value, "")
            self.fail(self.token, f"unexpected `{self.spelling(self.token)}`", hint)

    def operand_missing(self) -> Expr:
        """Report that an operand was expected here, and return what stands for it."""
        token, before = self.token, self.tokens[self.at - 1] if self.at else None
        ends = token.kind == END or token.value in _STAYS
        if before is not None and ends and before.kind == OPERATOR:
            self.fail(before, f"something is missing after `{before.value}`")
        elif before is not None and token.kind == END:
            self.fail(before, "the expression ends too early")
        else:
            hint = f"write `a {token.value} b`" if token.value in BINARY and token.value.isalpha() else ""
            self.fail(token, f"unexpected `{self.spelling(token)}`", hint)
        if not ends and token.value not in BINARY:
            self.advance()
        return Missing(token.start, token.end)
