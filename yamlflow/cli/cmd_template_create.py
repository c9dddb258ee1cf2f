"""`yamlflow template create`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app import objects
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.findings import show_beside
from yamlflow.diagnostics import Sink


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="WorkflowTemplates and ClusterWorkflowTemplates")
    parser.add_argument("--update", action="store_true", help="replace what is there")
    options.add_namespace(parser)


def run(args: Namespace, console: Console) -> int:
    """Keep templates on this machine, for runs that refer to them."""
    sink = Sink()
    for item in objects.create(args.files, args.namespace, console.env, sink, update=args.update):
        console.out.line(f"{item['metadata']['name']} created")
    show_beside(sink.sorted(), console)
    return 1 if sink.failed else 0
