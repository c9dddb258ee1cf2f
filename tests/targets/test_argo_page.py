"""The commands of docs/argo.md, on a server."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page(argo, user_env) -> None:
    """All shell blocks in order; what finds the server is set already."""
    page = (ROOT / "docs" / "argo.md").read_text()
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    lines = [line for line in script.splitlines() if not line.startswith("export ")]
    env = user_env | argo.env()
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(lines)], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "target argo, namespace kubeflow\n")
    assert "Succeeded in " in done.stdout
    assert done.stdout.count("hello") == 4
