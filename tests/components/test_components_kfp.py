"""Components of Python functions are those of the SDK of Kubeflow Pipelines v1: read by it, and with the same values.

Needs `KFP_PYTHON`, a Python with kfp 1.8.22 in an environment of its own:
`python3.10 -m venv kfp && kfp/bin/pip install kfp==1.8.22`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "kfp"


@pytest.mark.skipif(not os.environ.get("KFP_PYTHON"), reason="KFP_PYTHON is not set")
def test_same_as_the_sdk(user_env) -> None:
    yamlflow = os.path.join(os.path.dirname(sys.executable), "yamlflow")
    done = subprocess.run(
        [os.environ["KFP_PYTHON"], "compare.py", yamlflow],
        cwd=FOLDER,
        env=user_env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
