"""Texts out of a grammar: which line of it comes is drawn, but each is begun with as often as the others."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

_MARK = re.compile(r"@(\w+)")
_SIMPLE = re.compile(r"\w+(\.\w+)*|'[^']*'|\(.*\)|\[[^\[\]]*\]")
_DEEPEST = 3
# What stands where a large number would use up memory.
_BOUNDED = ("small", "width")


class Grammar:
    """The sections of a grammar file by name: their lines, and those that end a text."""

    def __init__(self, path: Path, random: Random) -> None:
        self.random = random
        self.lines: dict[str, list[str]] = {}
        self.leaves: dict[str, list[str]] = {}
        section: list[str] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            header = re.fullmatch(r":: (\w+)( leaf)?", line)
            if header:
                section = (self.leaves if header[2] else self.lines).setdefault(header[1], [])
            elif line and not line.startswith("; "):
                section.append(line)

    def texts(self, tops: list[str], count: int) -> Iterator[str]:
        """Yield texts without end repeated rounds over all lines of the sections `tops`, `count` in all."""
        starts = [(name, line) for name in tops for line in self.lines.get(name, []) + self.leaves.get(name, [])]
        seen: set[str] = set()
        while len(seen) < count:
            for _, line in starts:
                text = self._filled(line, 1)
                if text not in seen and len(text) <= 160 and len(seen) < count:
                    seen.add(text)
                    yield text

    def _filled(self, line: str, depth: int) -> str:
        return _MARK.sub(lambda mark: self._operand(line, mark, depth), line)

    def _operand(self, line: str, mark: re.Match[str], depth: int) -> str:
        name = mark[1]
        if name not in self.lines and name not in self.leaves:
            return mark[0]
        if name not in _BOUNDED and self.random.random() < 0.01:
            name = self.random.choice(sorted(self.lines))
        text = self._text(name, depth)
        alone = line[: mark.start()].rstrip()[-1:] in ("(", "[", ",", ":", "", ";", "{") and line[
            mark.end() :
        ].lstrip()[:1] in (")", "]", ",", ":", "", ";", "}")
        if alone or _SIMPLE.fullmatch(text) or self.random.random() < (0.04 if "let " in text or "?" in text else 0.4):
            return text
        return f"({text})"

    def _text(self, name: str, depth: int) -> str:
        lines, leaves = self.lines.get(name, []), self.leaves.get(name, [])
        if leaves and (not lines or self.random.random() < depth / _DEEPEST):
            return self.random.choice(leaves)
        return self._filled(self.random.choice(lines), depth + 1)
