"""What `diff` compares: a file, a file of a git revision, or a run on the target."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from yamlflow.app.compile import Compiled
from yamlflow.app.errors import UsageError
from yamlflow.diagnostics import Diagnostic
from yamlflow.targets.protocol import Target, TargetError

_LONGEST = 60


def compile_side(
    side: str, compile_now: Callable[[str], Compiled], target: Callable[[], Target]
) -> tuple[dict[str, Any] | None, list[Diagnostic]]:
    """Return a manifest, and for a file what there is to say about it.

    `side` is a file, `REVISION:FILE` of the git repository, or the name of a run; UsageError when there is none.
    """
    revision, colon, file = side.partition(":")
    if os.path.exists(side) or (not colon and side.endswith((".yaml", ".yml", ".j2"))):
        found = compile_now(side)
        return found.manifest, found.diagnostics
    if colon:
        if not revision or not file:
            raise UsageError(
                f"`{side[:_LONGEST]}` names no file of a git revision", hint="such as `HEAD~1:pipeline.yaml`"
            )
        with _checked_out(revision, file) as (copy, root, path):
            found = compile_now(path)
            return found.manifest, [_renamed(item, copy, f"{revision}:{root}") for item in found.diagnostics]
    try:
        return target().get(side), []
    except TargetError as error:
        if error.exit_code != 1:
            raise
        raise UsageError(str(error), hint=error.hint) from None


@contextmanager
def _checked_out(revision: str, file: str) -> Iterator[tuple[str, str, str]]:
    """Yield a copy of the repository as it was, what it is a copy of, and the path of a file in it.

    The components of the file lie beside it.
    """
    root = _root(file)
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if not commit:
        raise UsageError(f"there is no revision `{revision[:_LONGEST]}`")
    inside = os.path.relpath(os.path.realpath(file), os.path.realpath(root))
    with tempfile.TemporaryDirectory(prefix="yamlflow-") as copy:
        _unpack(_git(root, "archive", commit.decode().strip()), copy)
        path = os.path.join(copy, inside)
        if not os.path.exists(path):
            raise UsageError(f"`{inside}` is not in revision `{revision[:_LONGEST]}`")
        yield copy, os.path.relpath(root), path


def _root(file: str) -> str:
    """Return the folder of the git repository that a file lies in, or lay in."""
    folder = os.path.dirname(os.path.abspath(file))
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    found = _git(folder, "rev-parse", "--show-toplevel")
    if not found:
        raise UsageError(f"`{file}` lies in no git repository", hint=f"`{folder}` is in none")
    return found.decode().removesuffix("\n")


def _git(folder: str, *arguments: str) -> bytes:
    """Return what git prints, nothing when it refuses; UsageError when it refuses for a reason of its own."""
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, check=False)
    except OSError:
        raise UsageError("`git` is needed to look into a revision, and is not there") from None
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode and said and "not a git repository" not in said:
        raise UsageError(f"git: {said.removeprefix('fatal: ')}")
    return b"" if done.returncode else done.stdout


def _renamed(item: Diagnostic, copy: str, origin: str) -> Diagnostic:
    """Return a finding in the copy as one in the revision, `origin` is its folder there."""
    for span in (item.span, *(related.span for related in item.related)):
        if span is not None:
            span.source.name = _name(span.source.name, copy, origin)
    return item._replace(path=_name(item.path, copy, origin))


def _name(path: str, copy: str, origin: str) -> str:
    if not path.startswith(copy + os.sep):
        return path
    revision, _, folder = origin.partition(":")
    return f"{revision}:{os.path.normpath(os.path.join(folder, os.path.relpath(path, copy)))}"


def _unpack(archive: bytes, folder: str) -> None:
    import io
    import tarfile

    from yamlflow.engine.artifacts.archives import extract

    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        extract(files, folder)
