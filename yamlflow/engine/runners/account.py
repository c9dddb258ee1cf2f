"""What is kept of a program that failed, for those who look for the reason."""

import contextlib
import json
import shlex
from typing import TYPE_CHECKING

from yamlflow.engine.runners.pod import Pod, all_programs

if TYPE_CHECKING:
    from yamlflow.engine.masking import Masker

_SCRIPT = "script"


def keep_account(path: str, pod: Pod, masker: "Masker | None") -> None:
    """Note the command and the working folder of the first program of a task that failed, unless it was ended."""
    program = next((item for item in all_programs(pod.task) if pod.codes.get(item.name)), None)
    if program is None or (pod.killed is not None and not pod.ending):
        return
    words = [*map(pod.workspace.rewrite, program.command), *([_SCRIPT] if program.source is not None else [])]
    command = shlex.join(words)
    account = {
        "code": pod.codes[program.name],
        "command": masker.text(command) if masker else command,
        "folder": program.folder or pod.workspace.folder,
        "image": str(program.declared.get("image") or "") if pod.workspace.has_image else "",
    }
    with contextlib.suppress(OSError), open(path, "w", encoding="utf-8") as file:  # how the task ended counts more
        json.dump(account, file)
