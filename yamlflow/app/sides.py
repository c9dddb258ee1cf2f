"""What `diff` compares: a file, a file of a git revision, or a run on the target."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from yamlflow.app.compile import Compiled
from yamlflow.app.errors import RequestError
from yamlflow.targets.protocol import Target

_LONGEST = 60


def compile_side(
    side: str, compile_now: Callable[[str], Compiled], target: Callable[[], Target]
) -> tuple[dict[str, Any] | None, Compiled | None]:
    """Return a manifest, and for a file what there is to say about it.

    `side` is a file, `REVISION:FILE` of the git repository, or the name of a run.
    """
    revision, colon, file = side.partition(":")
    if os.path.exists(side) or (not colon and side.endswith((".yaml", ".yml", ".j2"))):
        found = compile_now(side)
    elif colon:
        with _checked_out(revision, file) as path:
            found = compile_now(path)
    else:
        return target().get(side), None
    return found.manifest, found


@contextmanager
def _checked_out(revision: str, file: str) -> Iterator[str]:
    """Yield the path of a file in a copy of the repository as it was: its components lie beside it."""
    folder = os.path.dirname(os.path.abspath(file)) or "."
    root = _git(folder if os.path.isdir(folder) else ".", "rev-parse", "--show-toplevel").decode().strip()
    commit = (
        _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", revision=revision).decode().strip()
    )
    inside = os.path.relpath(os.path.realpath(file), os.path.realpath(root))
    with tempfile.TemporaryDirectory(prefix="yamlflow-") as copy:
        _unpack(_git(root, "archive", commit), copy)
        path = os.path.join(copy, inside)
        if not os.path.exists(path):
            raise RequestError(f"`{inside}` is not in revision `{revision}`")
        yield path


def _git(folder: str, *arguments: str, revision: str = "") -> bytes:
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise RequestError("`git` is needed to look into a revision, and is not there") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise RequestError(f"there is no revision `{revision[:_LONGEST]}`" if revision else f"git: {said}")
    return done.stdout


def _unpack(archive: bytes, folder: str) -> None:
    import io
    import tarfile

    from yamlflow.engine.artifacts.archives import extract

    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        extract(files, folder)
