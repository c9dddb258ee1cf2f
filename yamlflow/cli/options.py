"""Flags that mean the same in every command."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from yamlflow.diagnostics import did_you_mean

if TYPE_CHECKING:
    from yamlflow.app.layer import Layer
    from yamlflow.app.request import Given


def one_of(what: str, known: tuple[str, ...]) -> Callable[[str], str]:
    """Return a reader of one of the known words."""

    def read(text: str) -> str:
        if text in known:
            return text
        raise ArgumentTypeError(f"unknown {what} `{text}`; {did_you_mean(text, known) or 'known: ' + ', '.join(known)}")

    return read


def some_of(what: str, known: tuple[str, ...]) -> Callable[[str], list[str]]:
    """Return a reader of known words, separated by commas; case does not matter."""
    read = one_of(what, known)
    spelling = {word.lower(): word for word in known}
    return lambda text: [read(spelling.get(part.strip().lower(), part.strip())) for part in text.split(",")]


def codes(text: str) -> list[str]:
    """Read codes of findings, separated by commas."""
    from yamlflow.diagnostics.codes import codes as all_codes

    known = all_codes()
    found = [part.strip() for part in text.split(",")]
    for code in found:
        if code not in known:
            hint = did_you_mean(code, known) or "`yamlflow explain` lists all"
            raise ArgumentTypeError(f"unknown code `{code}`; {hint}")
    return found


def add_output(parser: ArgumentParser, *forms: str, default: str | None = None) -> None:
    """Add `-o`."""
    chosen = f" (default: {default})" if default else ""
    parser.add_argument(
        "-o",
        "--output",
        metavar="FORMAT",
        type=one_of("format", forms),
        default=default,
        help=f"{', '.join(forms[:-1])} or {forms[-1]}{chosen}",
    )


def add_parameters(parser: ArgumentParser) -> None:
    """Add `-p` and `--parameter-file`."""
    add_pairs(parser, "--parameter", "parameters", "give an input of the pipeline")
    parser.add_argument(
        "--parameter-file", metavar="FILE", help="read inputs from a YAML or JSON mapping; -p stands above it"
    )


def add_changed_parameters(parser: ArgumentParser) -> None:
    """Add `-p` for a run that there is already."""
    add_pairs(parser, "--parameter", "parameters", "change an input")


def add_pairs(parser: ArgumentParser, flag: str, into: str, what: str) -> None:
    """Add `-p` with a long name, whose pairs are listed."""
    parser.add_argument(
        "-p", flag, metavar="NAME=VALUE", dest=into, action="append", default=[], help=f"{what}; may be repeated"
    )


def add_run(parser: ArgumentParser, which: str = "a run") -> None:
    """Add the run that a command is about."""
    parser.add_argument("name", metavar="NAME", help=f"{which}, or @latest")


def add_decision(parser: ArgumentParser) -> None:
    """Add the run and the task that waits for a person."""
    add_run(parser)
    parser.add_argument("task", metavar="TASK", help="the task that waits, as `get` shows it")


def pair(text: str) -> tuple[str, str]:
    """Return the two sides of NAME=VALUE of `-p`."""
    from yamlflow.app.errors import UsageError

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"`-p {text}` is no NAME=VALUE")
    return name, value


def add_node_selector(parser: ArgumentParser) -> None:
    """Add `--node-field-selector`."""
    parser.add_argument(
        "--node-field-selector",
        metavar="FIELD=VALUE",
        default="",
        help="only steps with this displayName, templateName, phase, name or id; several by commas",
    )


def add_values(parser: ArgumentParser) -> None:
    """Add `--values`, `--set`, `--set-file` and `--profile`."""
    parser.add_argument(
        "--values",
        metavar="FILE",
        action="append",
        default=[],
        help="values for templates, from a YAML file; may be repeated, and the last one wins",
    )
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        action="append",
        default=[],
        help="one value for templates, such as train.rate=0.1; stands above --values, and may be repeated",
    )
    parser.add_argument(
        "--set-file",
        metavar="PATH=FILE",
        action="append",
        default=[],
        help="one value for templates, the text of a file; stands above --set, and may be repeated",
    )
    parser.add_argument("--profile", metavar="NAME", default="", help="values of this profile of yamlflow.yaml")
    parser.add_argument("--offline", action="store_true", help="fetch no components: take those that are cached")
    parser.add_argument(
        "--frozen", action="store_true", help="take only components that yamlflow.lock pins, and write nothing there"
    )


def argo_version(text: str) -> str:
    """Read a version of Argo."""
    from yamlflow.app.request import ARGO_VERSIONS

    return one_of("version of Argo", ARGO_VERSIONS)(text)


def add_argo_version(parser: ArgumentParser) -> None:
    """Add `--argo-version`."""
    parser.add_argument(
        "--argo-version",
        metavar="VERSION",
        type=argo_version,
        help="3.6, 3.7 or 4 (default): what it does not know is an error",
    )


def layer(args: Namespace, env: Mapping[str, str]) -> "Layer":
    """Return what the options give to templates."""
    from yamlflow.app.layer import Layer

    found = Layer(tuple(args.values), tuple(args.set), args.profile, env, tuple(args.set_file))
    return found._replace(offline=args.offline, frozen=args.frozen, argo=getattr(args, "argo_version", None) or "")


def given(args: Namespace, env: Mapping[str, str], kind: str = "Workflow") -> "Given":
    """Return what the options give to a pipeline, which becomes a manifest of a kind."""
    from yamlflow.app.request import Given

    return Given(args.parameters, args.parameter_file, layer(args, env), kind)


def add_namespace(parser: ArgumentParser) -> None:
    """Add `-n`."""
    parser.add_argument("-n", "--namespace", metavar="NAME", help="namespace of the runs (default: kubeflow)")


def add_target(parser: ArgumentParser) -> None:
    """Add `-n` and `--target`."""
    add_namespace(parser)
    parser.add_argument(
        "--target",
        metavar="NAME",
        help="where the runs are, local or argo (default: YAMLFLOW_TARGET, else argo with ARGO_SERVER, else local)",
    )
