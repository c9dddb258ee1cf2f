"""`yamlflow component lock`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", help="pipelines and folders (default: what yamlflow.yaml says, else this)"
    )
    parser.add_argument("--update", action="store_true", help="fetch anew what is pinned, and pin what is there now")


def run(args: Namespace, console: Console) -> int:
    """Write yamlflow.lock, and say what changed."""
    from yamlflow.app.component_lock import lock_components
    from yamlflow.cli.findings import show_beside

    locked = lock_components(args.paths, console.env, update=args.update)
    show_beside(locked.diagnostics, console)
    for url, lines in locked.changed.items():
        console.out.line(f"changed {url}")
        for line in lines:
            console.out.line(f"  {line}")
    for name, count in locked.counts.items():
        console.out.line(f"{name}: {count} address{'' if count == 1 else 'es'}")
    if not locked.counts:
        console.out.line("no component comes from an address")
    return 1 if locked.failed else 0
