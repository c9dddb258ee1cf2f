"""`yamlflow component from-python`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.errors import UsageError
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("reference", metavar="FILE.py:FUNCTION", help="a function at the top of a Python file")
    parser.add_argument("--out", metavar="FILE", help="write there instead of standard output, whole or not at all")
    parser.add_argument("--image", metavar="IMAGE", help="an image with Python 3 (default: python:3.12)")
    for option, what in (
        ("--package", "a package that pip installs first, such as numpy==2.3.1; may be repeated"),
        ("--include", "a name of the same file that goes with the function; may be repeated"),
    ):
        parser.add_argument(option, metavar="NAME", action="append", default=[], help=what)


def run(args: Namespace, console: Console) -> int:
    """Write a Python function as a component file."""
    from yamlflow.app.components import load_component
    from yamlflow.app.files import write_whole
    from yamlflow.app.output import dump
    from yamlflow.cli.findings import show_beside

    if ".py:" not in args.reference:
        raise UsageError(f"`{args.reference}` is no FILE.py:FUNCTION")
    given = {"image": args.image, "packages": args.package, "include": args.include}
    component, diagnostics, _ = load_component(
        {"python": args.reference, **{key: value for key, value in given.items() if value}}, console.env
    )
    show_beside(diagnostics, console)
    if component is None:
        return 1
    text = dump(component.spec, "yaml")
    if args.out:
        write_whole(args.out, text, source=args.reference.rpartition(":")[0])
    else:
        console.out.write(text)
    return 0
