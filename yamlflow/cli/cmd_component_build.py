"""`yamlflow component build`."""

from argparse import ArgumentParser, Namespace

from yamlflow.cli.console import Console


def configure(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", metavar="DIR", help="a folder with the files of the image")
    parser.add_argument("--tag", metavar="IMAGE", required=True, help="the name of the image, with its tag")
    parser.add_argument("--push", action="store_true", help="push it too, and write its digest into component.yaml")
    parser.add_argument(
        "--base",
        metavar="IMAGE",
        default="python:3.12",
        help="what the image starts from where there is no Dockerfile (default: python:3.12)",
    )


def run(args: Namespace, console: Console) -> int:
    """Build an image from a folder, by docker, podman or buildah."""
    from yamlflow.app.component_build import build_component

    console.out.flush()
    built = build_component(args.folder, args.tag, args.base, push=args.push, environment=console.env)
    console.out.line(f"{built.image} is built by {built.builder}{' and pushed' if args.push else ''}")
    if built.component:
        console.out.line(f"{built.component} uses it")
    return 0
