"""`yamlflow import`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.files import write_folder, write_whole
from yamlflow.app.import_file import import_file, import_folder
from yamlflow.cli.along import add_with
from yamlflow.cli.console import Console
from yamlflow.cli.findings import show_beside


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="a Workflow, WorkflowTemplate or CronWorkflow of Argo")
    add_with(parser, "WorkflowTemplates that the manifest may be made of; may be repeated")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--out", metavar="FILE", help="write there instead of standard output, whole or not at all")
    where.add_argument(
        "--out-dir",
        metavar="DIR",
        help="write pipeline.yaml there, and components in files of their own; of several manifests each into a folder",
    )


def run(args: Namespace, console: Console) -> int:
    """Print the pipeline, or what of the manifest cannot be imported."""
    if args.out_dir:
        imported = import_folder(args.file, args.out_dir, args.along)
    else:
        imported = import_file(args.file, args.out or "pipeline.yaml", args.along)
    show_beside(imported.diagnostics, console)
    if not imported.text and not imported.files:
        return 1
    if args.out_dir:
        write_folder(args.out_dir, imported.files, source=args.file)
    elif args.out:
        write_whole(args.out, imported.text, source=args.file)
    else:
        console.out.write(imported.text)
    return 0
