"""The program that runs a Python function in a container, as KFP v1 writes it."""

import ast
from collections.abc import Sequence

from yamlflow.components.model import Arg, Concat, If, InputPath, InputValue, IsPresent, OutputPath
from yamlflow.components.python_file import Function, PythonFile
from yamlflow.components.python_helpers import FILES, KINDS, LAUNCH, READERS, WRITE_OUTPUTS, WRITERS
from yamlflow.components.python_signature import Port, Signature
from yamlflow.components.python_source import function_source, statement_source


def command(program: str, packages: tuple[str, ...]) -> list[str]:
    """Return the command that installs packages, writes the program to a file and runs it."""
    run = ["sh", "-ec", LAUNCH, program]
    if not packages:
        return run
    quoted = " ".join("'" + package.replace("'", "'\"'\"'") + "'" for package in packages)
    pip = f"PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location {quoted}"
    return ["sh", "-c", f'({pip} || {pip} --user) && "$0" "$@"', *run]


def arguments(signature: Signature) -> list[Arg]:
    """Return the arguments of the program."""
    found: list[Arg] = []
    for flag, port in _flags(signature):
        if port in signature.outputs:
            found += [flag, OutputPath(port.name)]
            continue
        # As one argument: argparse would take a separate `-1e-05` for an option.
        given = (flag, InputPath(port.name)) if port.style else (Concat((f"{flag}=", InputValue(port.name))),)
        found += [If(IsPresent(port.name), given, ())] if port.optional else given
    returned = [OutputPath(port.name) for port in signature.outputs if not port.parameter]
    return [*found, "----output-paths", *returned] if returned else found


def program(file: PythonFile, function: Function, signature: Signature, included: Sequence[ast.stmt] = ()) -> str:
    """Return the text of the program: helpers, the function, reading of arguments, writing of what it returns."""
    taken = _flags(signature)
    returned = [port for port in signature.outputs if not port.parameter]
    helpers = {_reader(port)[1] for _, port in taken} | {WRITERS[kind] for port in returned if (kind := _kind(port))}
    parts = [
        file.future_import(),
        *sorted(helpers),
        *(statement_source(file, node) for node in included),
        _outputs_class(file, function, signature, included),
        function_source(file, function),
        _parsing(signature, taken, len(returned)),
        f"_outputs = {function.name}(**_parsed_args)\n",
    ]
    if returned:
        parts.append(_writing(signature, returned))
    return "\n".join(part for part in parts if part)


def _flags(signature: Signature) -> list[tuple[str, Port]]:
    """Return the flag of each parameter; an output may have the name of an input."""
    found: dict[str, Port] = {}
    for port in (*signature.inputs, *signature.outputs):
        if port.parameter:
            flag = "--" + port.name.replace("_", "-")
            found[f"{flag}-out" if flag in found else flag] = port
    return list(found.items())


def _kind(port: Port) -> str:
    """Return how values of the port's type are written: "str", "int", ...; "" for types that KFP does not know."""
    name = next(iter(port.type), "") if isinstance(port.type, dict) else port.type
    return KINDS.get(name, "") if isinstance(name, str) else ""


def _reader(port: Port) -> tuple[str, str]:
    """Return what turns the argument into the value, and the definition that this needs."""
    if port.style:
        return FILES[port.style]
    kind = _kind(port)
    return READERS.get(kind, (kind or "str", ""))


def _outputs_class(file: PythonFile, function: Function, signature: Signature, included: Sequence[ast.stmt]) -> str:
    """Define the NamedTuple of the outputs if the function makes one: the file's own definition stays behind."""
    name = signature.returns.defined_as
    parts = [*function.body, *included]
    if file.binding(name) in included or not any(
        isinstance(node, ast.Name) and node.id == name for item in parts for node in ast.walk(item)
    ):
        return ""
    fields = [field.name for field in signature.returns.fields]
    defaults = file.field_defaults(name)
    ending = f", defaults={defaults!r}" if defaults else ""
    return f"import collections as _collections\n{name} = _collections.namedtuple({name!r}, {fields!r}{ending})\n"


def _parsing(signature: Signature, taken: list[tuple[str, Port]], returned: int) -> str:
    lines = [
        "import argparse as _argparse",
        f"_parser = _argparse.ArgumentParser(prog={signature.name!r}, add_help=False, allow_abbrev=False)",
    ]
    lines += [
        f'_parser.add_argument("{flag}", dest="{port.parameter}", type={_reader(port)[0]}, '
        f"required={not port.optional}, default=_argparse.SUPPRESS{_choices(port)})"
        for flag, port in taken
    ]
    if returned:
        lines.append(f'_parser.add_argument("----output-paths", dest="_output_paths", type=str, nargs={returned})')
    lines.append("_parsed_args = vars(_parser.parse_args())")
    if returned:
        lines.append('_output_files = _parsed_args.pop("_output_paths", [])')
    return "\n".join(lines) + "\n"


def _choices(port: Port) -> str:
    """Limit an argument to the values of a `Literal`; without one type for all of them, they stay texts."""
    if not port.enum:
        return ""
    return f", choices={list(port.enum if port.type else port.choices)!r}"


def _writing(signature: Signature, returned: list[Port]) -> str:
    names = ", ".join(f"_serialize_{kind}" if (kind := _kind(port)) else "str" for port in returned)
    single = "_outputs = [_outputs]\n" if signature.returns.single else ""
    return f"{single}\nimport os as _os\n_output_serializers = [{names}]\n{WRITE_OUTPUTS}"
