"""`yamlflow logs`."""

from argparse import ArgumentParser, Namespace

from yamlflow.app.targets import choose_target
from yamlflow.cli import options
from yamlflow.cli.console import Console
from yamlflow.cli.loglines import write_log


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    options.add_run(parser)
    parser.add_argument("task", metavar="TASK", nargs="?", help="one step, by its name or id (default: all)")
    parser.add_argument("-f", "--follow", action="store_true", help="go on until the run ends")
    options.add_target(parser)


def run(args: Namespace, console: Console) -> int:
    """Print what steps printed; of all steps, each line after the name of its step."""
    target = choose_target(args.target, args.namespace, console.env)
    lines = target.logs(args.name, args.task, follow=args.follow)
    if not args.task:
        write_log(lines, console.out)
        return 0
    for line in lines:
        console.out.line(line.text)
    return 0
