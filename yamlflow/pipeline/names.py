"""The rules that names of pipelines, tasks, inputs and outputs obey, from Kubernetes and Argo."""

from collections.abc import Collection

from yamlflow.components import sanitize
from yamlflow.diagnostics import Sink
from yamlflow.source import Scalar
from yamlflow.source.ambiguous import warn_of_word

_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_INNER = _LOWER | frozenset("0123456789-")
_KEYWORDS = frozenset(("in", "not", "let", "and", "or", "true", "false", "nil", "if", "else", "matches", "contains"))
MAX_PIPELINE = 57
MAX_SCHEDULED = 52
MAX_TASK = 63


def dns_problem(name: str, longest: int, *, first_letter: bool) -> str:
    """Return why a name is no DNS label ("" if it is one)."""
    if not name:
        return "it is empty"
    if len(name) > longest:
        return f"it has {len(name)} characters, {longest} are allowed"
    if name[0] == "-" or name[-1] == "-":
        return "it must begin and end with a letter or a digit"
    if any(char not in _INNER for char in name):
        return "only a-z, 0-9 and `-` are allowed"
    if first_letter and name[0] not in _LOWER:
        return "it must begin with a letter"
    return ""


def is_secret_name(name: str) -> bool:
    """Whether Kubernetes takes a name for a secret: labels of DNS, with points between them."""
    return all(not dns_problem(part, 253, first_letter=False) for part in name.split("."))


def dns_name(name: str) -> str:
    """Return the nearest name that Kubernetes takes, as the suggestion for one that it refuses."""
    spaced = "".join(
        f"-{char.lower()}" if char.isupper() and i and name[i - 1].islower() else char.lower()
        for i, char in enumerate(name)
    )
    mended = "".join(char if char in _INNER else "-" for char in spaced)
    while "--" in mended:
        mended = mended.replace("--", "-")
    return mended.strip("-")


def free_name(name: str, fallback: str, longest: int, taken: Collection[str]) -> str:
    """Return a name that Kubernetes and expressions take, made of any text, and none of those that are taken."""
    base = dns_name(name)[: longest - len(fallback) - 1].strip("-") or fallback
    if base[0] not in _LOWER or base in _KEYWORDS:
        base = f"{fallback}-{base}"
    found, number = base, 2
    while found in taken:
        found, number = f"{base[: longest - 5].rstrip('-')}-{number}", number + 1
    return found


def _report(name: Scalar, what: str, problem: str, sink: Sink, longest: int) -> None:
    mended = dns_name(name.value)[:longest].rstrip("-")
    hint = f"write `{mended}`" if mended and mended != name.value and not mended[0].isdigit() else ""
    sink.error("invalid-name", f"`{name.value}` cannot name {what}: {problem}", name.span, hint)


def check_pipeline_name(name: Scalar, sink: Sink, *, scheduled: bool) -> None:
    """Report a pipeline's name that Kubernetes would refuse once Argo has added its suffix."""
    limit = MAX_SCHEDULED if scheduled else MAX_PIPELINE
    problem = dns_problem(name.value, limit, first_letter=True)
    if problem:
        _report(name, "a scheduled pipeline" if scheduled else "a pipeline", problem, sink, limit)


def check_task_name(name: Scalar, sink: Sink) -> None:
    """Report a task's name that Argo or an expression could not hold."""
    problem = dns_problem(name.value, MAX_TASK, first_letter=True)
    if not problem and name.value in _KEYWORDS:
        problem = "it is a word of the expression language"
    if problem:
        _report(name, "a task", problem, sink, MAX_TASK)
    else:
        warn_of_word(name, sink)


def check_container_name(name: Scalar, sink: Sink) -> None:
    """Report a container's name that Kubernetes could not hold, or that is one of Argo's own."""
    problem = dns_problem(name.value, MAX_TASK, first_letter=True)
    if name.value in ("init", "wait", "supervisor") or name.value.startswith("artifact-plugin-"):
        problem = "a container of Argo's own has it"
    if problem:
        _report(name, "a container", problem, sink, MAX_TASK)


def check_volume_name(name: Scalar, sink: Sink) -> None:
    """Report a volume's name that Kubernetes could not hold."""
    problem = dns_problem(name.value, MAX_TASK, first_letter=True)
    if problem:
        _report(name, "a volume", problem, sink, MAX_TASK)


def check_hook_name(name: Scalar, sink: Sink) -> None:
    """Report a hook's name that Argo could not hold; `exit` is Argo's own."""
    problem = "that is `onExit`" if name.value == "exit" else dns_problem(name.value, MAX_TASK, first_letter=True)
    if problem:
        _report(name, "a hook", problem, sink, MAX_TASK)


def variable_of(port: str) -> str:
    """Return what the name of a variable ends with that tells a script the path of an input or output."""
    return sanitize(port).replace("-", "_").upper()


def check_variables(kind: str, ports: list[Scalar], sink: Sink) -> None:
    """Report inputs or outputs of a script whose paths would be in the same variable."""
    seen: dict[str, str] = {}
    for name in ports:
        variable = variable_of(name.value)
        first = seen.setdefault(variable, name.value)
        if sanitize(first) != sanitize(name.value):
            message = f"the paths of {kind} `{name.value}` and `{first}` would both be in `${kind.upper()}_{variable}`"
            sink.error("duplicate-name", message, name.span, "give one of them another name")


def check_port_names(kind: str, ports: list[Scalar], sink: Sink) -> None:
    """Report names of inputs or outputs that are equal, or become equal in the manifest."""
    seen: dict[str, str] = {}
    for name in ports:
        if not name.value:
            sink.error("invalid-name", f"the name of an {kind} is empty", name.span)
            continue
        spelt = sanitize(name.value)
        if spelt not in seen:
            seen[spelt] = name.value
        elif seen[spelt] == name.value:
            sink.error("duplicate-name", f"a second {kind} is named `{name.value}`", name.span)
        else:
            sink.error(
                "duplicate-name",
                f"{kind} `{name.value}` and `{seen[spelt]}` get the same name in the manifest: `{spelt}`",
                name.span,
            )
