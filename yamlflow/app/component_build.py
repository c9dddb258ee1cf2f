"""An image from the folder of a component, by whichever builder is there; its name goes into the component file."""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from typing import NamedTuple

from yamlflow.app.errors import RequestError, UsageError, reason
from yamlflow.app.files import write_whole

BUILDERS = ("docker", "podman", "buildah")
_COMPONENT = "component.yaml"
_DOCKERFILES = ("Dockerfile", "Containerfile")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[a-z0-9]+([._:/-]+[A-Za-z0-9_]+)*")


class Built(NamedTuple):
    """An image: its builder, its name (with the digest once it is pushed), and the component file that has it now."""

    builder: str
    image: str
    component: str


class Builder:
    """One of the programs that build images; what it prints goes to standard error."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self._environment = dict(environment)

    def run(self, *arguments: str) -> None:
        """Run it, and refuse to go on when it fails."""
        done = subprocess.run(
            [self.name, *arguments], env=self._environment, stdin=subprocess.DEVNULL, stdout=2, check=False
        )
        if done.returncode:
            raise RequestError(f"`{self.name} {arguments[0]}` failed with exit code {done.returncode}")

    def ask(self, *arguments: str) -> str:
        """Return what it prints, "" when it fails."""
        done = subprocess.run(
            [self.name, *arguments], env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        return "" if done.returncode else done.stdout.decode(errors="replace").strip()

    def build(self, folder: str, dockerfile: str, tag: str) -> None:
        """Build an image."""
        self.run("build", "-t", tag, "-f", dockerfile, folder)

    def push(self, tag: str) -> str:
        """Push an image and return its digest."""
        if self.name == "docker":
            self.run("push", tag)
            found = self.ask("image", "inspect", "--format", "{{index .RepoDigests 0}}", tag)
        else:
            with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
                self.run("push", "--digestfile", file.name, tag)
                found = file.read()
        digest = _DIGEST.search(found)
        if digest is None:
            raise RequestError(f"{self.name} pushed `{tag}` but does not tell its digest")
        return digest[0]


def build_component(folder: str, tag: str, base: str, *, push: bool, environment: Mapping[str, str]) -> Built:
    """Build the image of a folder, push it if asked to, and write its name into the folder's component.yaml."""
    if not os.path.isdir(folder):
        raise UsageError(f"`{folder}` is no folder")
    if not _TAG.fullmatch(tag):
        raise UsageError(f"`{tag}` is no name of an image", hint="write it like registry/team/train:1.0")
    component = os.path.join(folder, _COMPONENT)
    place = _image_place(component) if os.path.exists(component) else None
    builder = _builder(environment)
    own = next((path for name in _DOCKERFILES if os.path.exists(path := os.path.join(folder, name))), "")
    with tempfile.TemporaryDirectory() as scratch:
        builder.build(folder, own or _written(folder, base, scratch), tag)
    image = f"{_without_tag(tag)}@{builder.push(tag)}" if push else tag
    if place is not None:
        text, start, end = place
        write_whole(component, text[:start] + image + text[end:])
    return Built(builder.name, image, component if place is not None else "")


def _builder(environment: Mapping[str, str]) -> Builder:
    """Return the first program that is there and answers: docker needs its daemon."""
    from shutil import which

    there = [name for name in BUILDERS if which(name, path=environment.get("PATH"))]
    for name in there:
        builder = Builder(name, environment)
        if builder.ask("version"):
            return builder
    if there:
        listed = " and ".join([*([", ".join(there[:-1])] if there[1:] else []), there[-1]])
        raise RequestError(f"{listed} cannot be used here", hint=f"`{there[0]} version` says why")
    raise RequestError("there is no program that builds images", hint=f"install one of: {', '.join(BUILDERS)}")


def _written(folder: str, base: str, scratch: str) -> str:
    """Write a Dockerfile as KFP does: the base, its packages, and the files of the folder."""
    lines = [f"FROM {base}", "WORKDIR /app"]
    if os.path.exists(os.path.join(folder, "requirements.txt")):
        lines += ["COPY requirements.txt .", "RUN python3 -m pip install --no-cache-dir -r requirements.txt"]
    path = os.path.join(scratch, "Dockerfile")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, "COPY . .", ""]))
    return path


def _without_tag(image: str) -> str:
    name, _, last = image.rpartition("/")
    return f"{name}/{last.partition(':')[0]}" if name else last.partition(":")[0]


def _image_place(path: str) -> tuple[str, int, int]:
    """Return the text of a component file, and where the image stands in it."""
    from yamlflow.diagnostics import Sink, SourceText
    from yamlflow.source import Mapping as Node
    from yamlflow.source import Scalar, read_source

    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        what = reason(error) if isinstance(error, OSError) else "it is no text in UTF-8"
        raise RequestError(f"cannot read `{path}`: {what}") from None
    found = read_source(SourceText(path, text), Sink())
    for key in ("implementation", "container", "image"):
        found = found.get(key) if isinstance(found, Node) else None
    if not isinstance(found, Scalar) or found.alias is not None or not found.value:
        raise RequestError(
            f"`{path}` has no `image` to write to", hint=f"`yamlflow validate {path}` shows what is wrong with it"
        )
    return text, found.span.start, found.span.end
