"""Tokens to a tree, by expr-lang's grammar; the parser reports what is wrong and goes on."""

from yamlflow.expressions import ast
from yamlflow.expressions.ast import Expr, Missing, Problem
from yamlflow.expressions.cast import cast
from yamlflow.expressions.cursor import Cursor
from yamlflow.expressions.lexer import BRACKET, BYTES, END, NAME, NUMBER, OPERATOR, TEXT, Token
from yamlflow.expressions.operators import BINARY, BUILTINS, CLOSURES, COMPARISONS, NEGATABLE, RIGHT_ASSOCIATIVE, UNARY
from yamlflow.expressions.tree import measure

MAX_LENGTH = 64 * 1024
MAX_NESTING = 100
MAX_HEIGHT = 200
MAX_SIZE = 10_000
MAX_PROBLEMS = 20


def parse(text: str, offset: int = 0, *, plain: bool = False) -> tuple[Expr | None, list[Problem]]:
    """Parse one expression; all places are moved by `offset`.

    With problems the tree has what could be read, with `Missing` nodes between, or is None. `plain` is expr-lang as
    Argo has it, without yamlflow's additions: names with `-`, and `as(Type, x)`.
    """
    if len(text) > MAX_LENGTH:
        return None, [Problem(offset, offset + 1, f"the expression is longer than {MAX_LENGTH // 1024} KiB")]
    parser = _Parser(text, offset, plain)
    if parser.token.kind == END:
        return None, parser.problems or [Problem(offset, offset + len(text), "the expression is empty")]
    try:
        expr = parser.run()
    except _TooDeepError as error:
        return None, [Problem(error.start, error.end, "the expression is nested too deeply")]
    return expr, sorted(parser.problems)


class _TooDeepError(Exception):
    def __init__(self, start: int, end: int) -> None:
        super().__init__("nested too deeply")
        self.start = start
        self.end = end


class _Parser(Cursor):
    __slots__ = ("closures", "nesting", "plain", "shared")

    def __init__(self, text: str, offset: int, plain: bool) -> None:
        super().__init__(text, offset, plain)
        self.plain = plain
        self.closures = 0
        self.nesting = 0
        self.shared = False  # whether a node stands at two places

    def run(self) -> Expr | None:
        expr = self.sequence()
        while self.token.kind != END and len(self.problems) < MAX_PROBLEMS:
            self.unexpected()
            self.advance()
            if self.token.kind != END:
                self.sequence()
        height, size = measure(expr) if self.shared or len(self.tokens) > MAX_HEIGHT else (0, 0)
        if height > MAX_HEIGHT or size > MAX_SIZE:
            self.problems.append(Problem(expr.start, expr.end, "the expression is too large"))
            return None
        return expr

    def sequence(self) -> Expr:
        items = [self.expression(0)]
        while self.sees(";"):
            self.advance()
            if self.token.kind == END:
                break
            items.append(self.expression(0))
        return items[0] if len(items) == 1 else ast.Sequence(tuple(items), items[0].start, self.last_end())

    def expression(self, precedence: int) -> Expr:
        if self.nesting >= MAX_NESTING:
            raise _TooDeepError(self.token.start, self.token.end)
        self.nesting += 1
        if precedence == 0 and self.sees("let"):
            expr = self.let()
        elif precedence == 0 and self.sees("if"):
            expr = self.if_else()
        else:
            expr = self.operators(self.primary(), precedence)
            if precedence == 0:
                expr = self.conditional(expr)
        self.nesting -= 1
        return expr

    def operators(self, left: Expr, precedence: int) -> Expr:
        before = ""
        while self.token.kind == OPERATOR:
            first = token = self.token
            op = token.value
            if op == "not":
                token = self.tokens[self.at + 1]
                if token.kind != OPERATOR or token.value not in NEGATABLE:
                    self.fail(first, "unexpected `not`", "write `!=`, `not in` or `not contains`")
                    break
                op = token.value
            op = self.meant(op)
            level = BINARY.get(op, -1)
            if level < precedence:
                break
            if first is not token:
                self.advance()
            self.advance()
            if op == "|":
                left = self.pipe(left)
            elif before == "??" and op != "??":
                self.fail(token, f"`{op}` beside `??` needs parentheses", f"write `(a ?? b) {op} c`")
                left = self.binary(op, left, self.expression(level + 1), first)
            elif op in COMPARISONS:
                left = self.comparison(left, token, level)
            else:
                right = self.expression(level if op in RIGHT_ASSOCIATIVE else level + 1)
                left = self.binary(op if first is token else f"not {op}", left, right, first)
            before = op
        return left

    def binary(self, op: str, left: Expr, right: Expr, token: Token) -> ast.Binary:
        end = max(token.end, right.end)
        return ast.Binary(op, left, right, op_start=token.start, op_end=token.end, start=left.start, end=end)

    def comparison(self, left: Expr, token: Token, level: int) -> Expr:
        """`a < b < c` means `a < b && b < c`."""
        root: Expr | None = None
        while True:
            right = self.expression(level + 1)
            compared = self.binary(token.value, left, right, token)
            root = compared if root is None else self.binary("&&", root, compared, token)
            left, token = right, self.token
            if token.kind != OPERATOR or token.value not in COMPARISONS:
                return root
            self.shared = True
            self.advance()

    def conditional(self, test: Expr) -> Expr:
        while self.sees("?"):
            self.advance()
            if self.sees(":"):
                self.advance()
                self.shared, then = True, test
            else:
                then = self.expression(0)
                self.expect(":", "a condition is written `test ? a : b`")
            otherwise = self.expression(0)
            test = ast.Conditional(test, then, otherwise, test.start, otherwise.end)
        return test

    def let(self) -> Expr:
        start = self.advance().start
        name = self.token
        if name.kind == NAME:
            self.advance()
        else:
            self.fail(name, f"unexpected `{self.spelling(name)}`", "a variable is written `let name = value; ...`")
        self.expect("=", "a variable is written `let name = value; ...`")
        value = self.expression(0)
        self.expect(";", "a variable is written `let name = value; ...`")
        body = self.sequence()
        return ast.Let(name.value, value, body, start, body.end)

    def if_else(self) -> Expr:
        start = self.advance().start
        test = self.expression(0)
        then = self.block()
        self.expect("else", "a condition is written `if test { a } else { b }`")
        otherwise = self.if_else() if self.sees("if") else self.block()
        return ast.Conditional(test, then, otherwise, start, self.last_end())

    def block(self) -> Expr:
        opener = self.token
        if not self.sees("{"):
            self.expect("{", "a condition is written `if test { a } else { b }`")
            return Missing(opener.start, opener.end)
        self.advance()
        body = self.sequence()
        self.close(opener)
        return body

    def primary(self) -> Expr:
        token = self.token
        if token.kind == OPERATOR:
            op = token.value
            if op in UNARY:
                self.advance()
                operand = self.expression(UNARY[op])
                return self.postfix(ast.Unary(op, operand, token.start, operand.end))
            if self.closures and op in ("#", "."):
                return self.postfix(self.pointer(token))
            if op == "::":
                self.advance()
                return self.postfix(self.pipe(None))
        elif token.kind == BRACKET:
            self.advance()
            if token.value == "(":
                inner = self.sequence()
                self.close(token)
                return self.postfix(inner)
            if token.value == "[":
                return self.postfix(self.array(token))
            if token.value == "{":
                return self.postfix(self.map(token))
            self.jump(self.at - 1)
        elif token.kind == NUMBER:
            self.advance()
            assert not isinstance(token.data, bytes)
            return ast.Number(token.data, token.value, token.start, token.end)
        elif token.kind == TEXT:
            self.advance()
            return self.postfix(ast.Text(token.value, token.start, token.end))
        elif token.kind == NAME:
            return self.name(self.advance())
        elif token.kind == BYTES:
            self.advance()
            assert isinstance(token.data, bytes)
            return self.postfix(ast.Bytes(token.data, token.start, token.end))
        if token.value == "#":
            self.fail(token, "`#` stands for an element only inside `filter`, `map` and their like")
        return self.operand_missing()

    def name(self, token: Token) -> Expr:
        name = token.value
        if name in ("true", "false"):
            return ast.Bool(name == "true", token.start, token.end)
        if name == "nil":
            return ast.Nil(token.start, token.end)
        if self.sees("("):
            return self.postfix(self.call(token, None))
        return self.postfix(ast.Name(name, token.start, token.end))

    def pointer(self, token: Token) -> Expr:
        if token.value == ".":
            return ast.Pointer("", token.start, token.start)
        self.advance()
        joined = self.token.start == token.end and self.token.kind != END and self.token.value.isalnum()
        name = self.advance().value if joined or self.token.kind == NAME else ""
        return ast.Pointer(name, token.start, self.last_end())

    def pipe(self, left: Expr | None) -> Expr:
        """`left | name(...)`, or `::name(...)`."""
        token = self.token
        if token.kind != NAME:
            self.fail(token, "the name of a function is missing", "a pipe is written `value | name()`")
            return Missing(token.start, token.end)
        self.advance()
        return self.call(token, left)

    def call(self, token: Token, first: Expr | None) -> Expr:
        name = token.value
        start = token.start if first is None else first.start
        opener = self.token
        args = [] if first is None else [first]
        if self.sees("("):
            self.advance()
            if name in CLOSURES:
                self.closure_arguments(name, args)
            else:
                self.listed(")", args)
            self.close(opener)
        else:
            self.fail(token, f"`{name}` is called without parentheses", f"write `{name}()`")
        if name in BUILTINS:
            return ast.Builtin(name, tuple(args), start, self.last_end())
        if name == "as" and not self.plain:
            expr, problem = cast(tuple(args), token.start, self.last_end())
            if problem:
                self.problems.append(problem)
            return expr
        return ast.Call(ast.Name(name, token.start, token.end), tuple(args), start, self.last_end())

    def listed(self, closer: str, items: list[Expr]) -> None:
        """Read expressions and the commas between them, up to `closer`."""
        first = True
        while not self.sees(closer) and self.token.kind != END:
            if not first:
                if not self.sees(","):
                    return
                self.advance()
                if self.sees(closer):
                    return
            first = False
            items.append(self.expression(0))

    def closure_arguments(self, name: str, args: list[Expr]) -> None:
        shape = CLOSURES[name]
        for number, kind in enumerate(shape[len(args) :]):
            if self.sees(")"):
                if kind.islower():
                    self.fail(self.token, f"`{name}` needs {sum(one.islower() for one in shape)} arguments")
                return
            if number:
                if not self.sees(","):
                    return
                self.advance()
            args.append(self.closure() if kind in "pP" else self.expression(0))
        if self.sees(","):
            self.advance()

    def closure(self) -> Expr:
        opener = self.token
        self.closures += 1
        if self.sees("{"):
            self.advance()
            body = self.sequence()
            self.close(opener)
        else:
            body = self.expression(0)
            if self.sees(";"):
                self.fail(self.token, "unexpected `;`", "put the whole closure in `{ }`")
        self.closures -= 1
        return ast.Closure(body, opener.start, self.last_end())

    def array(self, opener: Token) -> Expr:
        items: list[Expr] = []
        self.listed("]", items)
        self.close(opener)
        return ast.Array(tuple(items), opener.start, self.last_end())

    def map(self, opener: Token) -> Expr:
        pairs: list[ast.Pair] = []
        while not self.sees("}") and self.token.kind != END:
            if pairs:
                if not self.sees(","):
                    break
                self.advance()
                if self.sees("}"):
                    break
            pairs.append(self.pair())
        self.close(opener)
        return ast.Map(tuple(pairs), opener.start, self.last_end())

    def pair(self) -> ast.Pair:
        token = self.token
        if token.kind in (TEXT, NAME, NUMBER):
            self.advance()
            key: Expr = ast.Text(token.value, token.start, token.end)
        elif self.sees("("):
            key = self.expression(0)
        else:
            self.fail(token, f"unexpected `{self.spelling(token)}`", "a key is a name, a text, or `(expression)`")
            key = Missing(token.start, token.end)
        self.expect(":", "a map is written `{key: value}`")
        value = self.expression(0)
        return ast.Pair(key, value, token.start, value.end)

    def postfix(self, expr: Expr) -> Expr:
        while True:
            if self.sees(".") or self.sees("?."):
                optional = self.advance().value == "?."
                expr = self.index(expr, True) if optional and self.sees("[") else self.member(expr, optional)
            elif self.sees("["):
                expr = self.index(expr, False)
            else:
                return expr

    def member(self, target: Expr, optional: bool) -> Expr:
        token = self.token
        name = token.value
        if token.kind == NAME or (token.kind == OPERATOR and name.isalpha()):
            self.advance()
        else:
            where = self.tokens[self.at - 1]
            self.fail(where, f"a name is missing after `{where.value}`", "other names are written `['a b']`")
            return ast.Member(
                target, "", optional, name_start=where.end, name_end=where.end, start=target.start, end=where.end
            )
        end = token.end
        expr = ast.Member(target, name, optional, name_start=token.start, name_end=end, start=target.start, end=end)
        if not self.sees("("):
            return expr
        opener = self.advance()
        args: list[Expr] = []
        self.listed(")", args)
        self.close(opener)
        return ast.Call(expr, tuple(args), target.start, self.last_end())

    def index(self, target: Expr, optional: bool) -> Expr:
        opener = self.advance()
        low: Expr | None = None
        if not self.sees(":"):
            low = self.expression(0)
            if not self.sees(":"):
                self.close(opener)
                return ast.Index(target, low, optional, target.start, self.last_end())
        self.advance()
        high = None if self.sees("]") else self.expression(0)
        self.close(opener)
        return ast.Slice(target, low, high, target.start, self.last_end())
