"""`yamlflow component test`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli import options
from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "reference", metavar="REF", help="a component: its name in yamlflow.yaml, a file, a folder, or FILE.py:FUNCTION"
    )
    options.add_parameters(parser)
    parser.add_argument(
        "--file",
        metavar="NAME=FILE",
        action="append",
        default=[],
        dest="files",
        help="give an input what a text file holds; may be repeated",
    )
    parser.add_argument("--out-dir", metavar="DIR", default="", help="write the outputs there, a file each")
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Run one component on this machine, and show what it hands out."""
    from yamlflow.app import component_outputs, component_test, runs
    from yamlflow.app.parameters import read_parameters
    from yamlflow.app.targets import choose_target
    from yamlflow.cli.findings import show_beside
    from yamlflow.cli.follow import start_and_follow
    from yamlflow.cli.text import table
    from yamlflow.diagnostics import Sink

    sink = Sink()
    values = read_parameters(args.parameters, args.parameter_file, sink)
    show_beside(sink.sorted(), console)
    if sink.failed:
        return 1
    prepared = component_test.prepare(args.reference, component_test.read_inputs(values, args.files), console.env)
    show_beside(prepared.diagnostics, console)
    if prepared.manifest is None or prepared.component is None:
        return 1

    manifest = runs.named(prepared.manifest)
    target = choose_target("local", args.namespace, console.env)
    code = start_and_follow(console, lambda: choose_target("local", args.namespace, console.env), manifest)
    if code:
        return code
    run = target.get(runs.name_of(manifest))
    rows = component_outputs.outputs_of(prepared.component, run, console.env, args.out_dir)
    if rows:
        console.out.line()
        for line in table([tuple(row) for row in rows]):
            console.out.line(line)
    target.delete(runs.name_of(manifest))
    return 0
