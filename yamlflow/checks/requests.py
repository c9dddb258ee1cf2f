"""What a request and an object are asked in a language of its own: URLs, methods, conditions, paths."""

import re
from collections.abc import Iterator

from yamlflow.checks.conditions import check_condition
from yamlflow.checks.places import all_tasks
from yamlflow.diagnostics import Diagnostic, did_you_mean
from yamlflow.pipeline.model import Pipeline, Task
from yamlflow.source import Mapping, Scalar, Sequence

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PATH = re.compile(r"[^{}]*(\{.*\}[^{}]*)+", re.DOTALL)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_KNOWN = {"request": ("method", "url", "body", "headers"), "response": ("statusCode", "body", "headers")}
_CONDITIONS = ("successCondition", "failureCondition")
_TAGS = ("${{", "{{")
_SELECTOR = "write for example `status.phase == Running, status.replicas > 0`"


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Yield what would be refused when the task runs."""
    for task in all_tasks(pipeline):
        node = task.node.get(task.kind)
        if isinstance(node, Mapping) and task.kind == "http":
            yield from _request(node)
        elif isinstance(node, Mapping) and task.kind == "resource":
            yield from _object(task, node)


def _text(node: Mapping, key: str) -> Scalar | None:
    found = node.get(key)
    return found if isinstance(found, Scalar) else None


def _request(node: Mapping) -> Iterator[Diagnostic]:
    url, method, condition = (_text(node, key) for key in ("url", "method", "successCondition"))
    if url is not None and not url.value.startswith(_TAGS) and not _SCHEME.match(url.value):
        yield Diagnostic("invalid-value", "error", f"`{url.value}` is no URL", url.span, "begin it with `https://`")
    if method is not None and not any(tag in method.value for tag in _TAGS) and not method.value.isupper():
        upper = method.value.upper()
        hint = f"write `{upper}`" if upper in _METHODS else did_you_mean(upper, _METHODS)
        yield Diagnostic("invalid-value", "error", f"`{method.value}` is no method of HTTP", method.span, hint)
    if condition is not None and not any(tag in condition.value for tag in _TAGS):
        yield from check_condition(condition, _KNOWN, "a request", plain=True)


def _object(task: Task, node: Mapping) -> Iterator[Diagnostic]:
    from yamlflow.argo.selectors import parse_requirements

    for text in [found for key in _CONDITIONS if (found := _text(node, key)) is not None]:
        if any(tag in text.value for tag in _TAGS):
            continue
        try:
            parse_requirements(text.value)
            wrong = any(quote in text.value for quote in "'\"")
        except ValueError:
            wrong = True
        if wrong:
            yield Diagnostic(
                "invalid-value", "error", f"`{text.value}` is no condition on an object", text.span, _SELECTOR
            )
    outputs = task.node.get("outputs")
    for item in outputs.items if isinstance(outputs, Sequence) else ():
        where = _text(item, "jsonPath") if isinstance(item, Mapping) else None
        if where is not None and not _PATH.fullmatch(where.value):
            hint = (
                f"write `{{{where.value}}}`" if where.value.startswith(".") else "write for example `{.status.phase}`"
            )
            yield Diagnostic("invalid-value", "error", f"`{where.value}` is no path in braces", where.span, hint)
