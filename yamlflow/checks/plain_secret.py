"""What looks like a secret and stands in the file as plain text."""

import re
from collections.abc import Iterator

from yamlflow.checks.places import all_tasks
from yamlflow.checks.registry import MARKS
from yamlflow.diagnostics import Diagnostic, Span
from yamlflow.pipeline.model import Pipeline, Value
from yamlflow.source import Node, Scalar

CODE = "plain-secret"
_SHAPES = (
    r"\b(?:(?P<AWS_access_key>A(?:KIA|SIA)[0-9A-Z]{16})"
    r"|(?P<GitHub_token>gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})"
    r"|(?P<GitLab_token>glpat-[A-Za-z0-9_-]{20,})"
    r"|(?P<Slack_token>xox[abeoprs]-[A-Za-z0-9-]{10,})"
    r"|(?P<Google_API_key>AIza[0-9A-Za-z_-]{35})"
    r"|(?P<Stripe_key>[rs]k_live_[0-9A-Za-z]{20,})"
    r"|(?P<JSON_web_token>eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}))"
    r"|(?P<private_key>-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----)"
)
_WORDS = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
_PASSWORDS = frozenset({"password", "passwd", "passphrase", "pwd"})
_SECRETS = frozenset({"secret", "token", "key", "apikey", "credential", "credentials"})
_KINDS_OF_KEYS = frozenset({"api", "access", "private", "secret", "signing", "encryption", "master", "auth", "service"})
_DETAILS = frozenset(
    {"name", "file", "path", "dir", "url", "uri", "id", "type", "field", "header", "ref", "env", "policy"}
)
_PLACEHOLDERS = frozenset(
    {*_PASSWORDS, *_SECRETS, "example", "changeme", "change", "dummy", "fake", "test", "todo", "your", "placeholder"}
    | {"none", "null", "sample", "redacted", "insert", "here", "xxx", "foo", "bar"}
)
_NO_SECRET = r"(?s)\s*|.*[$<>{}*].*|[./~].*|\w+://.*|[\d.,:-]+|(.)\1*|(?i:true|false|yes|no)|.*\s.*"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield each text of a known shape, and each value of a telling name that is no placeholder."""
    known = list(_shapes(pipeline))
    yield from known
    starts = [(item.span.start, item.span.end) for item in known if item.span is not None]
    for task in all_tasks(pipeline):
        values = {name: item.node for name, item in task.env.items() if isinstance(item, Value) and item.parts is None}
        yield from _named(values, starts, "give it by `{secret: {name: NAME, key: KEY}}`")
        arguments = {name: value.node for name, (_, value) in task.arguments.items() if value.parts is None}
        yield from _named(arguments, starts, "make it an input of the pipeline, or an `env` from a secret")
    defaults = {item.name: item.default for item in pipeline.inputs.values() if item.default is not None}
    yield from _named(defaults, starts, "leave the default away, so that each run gives it")


def _shapes(pipeline: Pipeline) -> Iterator[Diagnostic]:
    source = pipeline.node.span.source
    if not any(mark in source.text for mark in MARKS):
        return  # to compile the pattern takes longer than all the rest
    for match in re.finditer(_SHAPES, source.text):
        if not _is_sample(match[0]):
            what = str(match.lastgroup).replace("_", " ")
            hint = "remove it from the file, and have it replaced: who saw the file knows it"
            message = f"this looks like {'an' if what[0] in 'A' else 'a'} {what}"
            yield Diagnostic(CODE, "warning", message, Span(source, *match.span()), hint)


def _is_sample(text: str) -> bool:
    return "EXAMPLE" in text or len(set(text[-12:])) < 4


def _named(values: dict[str, Node], known: list[tuple[int, int]], hint: str) -> Iterator[Diagnostic]:
    for name, node in values.items():
        if not isinstance(node, Scalar) or any(node.span.start <= high and low <= node.span.end for low, high in known):
            continue
        if looks_secret(name, node.value):
            message = f"`{name}` looks like a secret, and stands here for all to read"
            yield Diagnostic(CODE, "warning", message, node.alias or node.span, hint)


def looks_secret(name: str, value: str) -> bool:
    """Whether a name speaks of a secret, and the value is neither a placeholder nor the name or place of one."""
    folded = name.lower()
    if not any(word in folded for word in (*_PASSWORDS, *_SECRETS)):
        return False  # patterns are compiled only for a name that matters
    words = [word.lower() for word in re.findall(_WORDS, name)]
    if words[-1] in _DETAILS or not {*words} & (_PASSWORDS | _SECRETS) or re.fullmatch(_NO_SECRET, value):
        return False
    inside = {word.lower() for word in re.findall(_WORDS, value)}
    if inside & _PLACEHOLDERS or len(value) < 6:
        return False
    if words[-1] == "key" and _KINDS_OF_KEYS.isdisjoint(words) and not value.isalnum():
        return False  # keys of caches, tables, mappings
    return not _PASSWORDS.isdisjoint(words) or _is_random(value)


def _is_random(value: str) -> bool:
    """Whether a text is no word and no name: tokens mix digits or cases, and have no blanks."""
    mixed = sum(any(map(kind, value)) for kind in (str.isdigit, str.islower, str.isupper))
    return len(value) >= 12 and mixed >= 2 and len(set(value)) >= 8 and "/" not in value and "." not in value
