"""The wheel, built from the checkout and installed in an empty environment, is complete."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def _run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from the checkout; return what it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("YAMLFLOW_", "PYTHON"))}
    env["YAMLFLOW_HOME"] = str(cwd / "home")
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A new environment with the wheel; its dependencies come from the locked environment that runs the tests."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel, cwd=folder)
    purelib = next(folder.glob("lib/python*/site-packages"))
    # A plain path line: the packages are found, the .pth files among them (the editable yamlflow) are not read.
    (purelib / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_contents(wheel) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {
        f"yamlflow/_data/{path.relative_to(ROOT)}"
        for folder in ("schemas", "templates", "docs/codes")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert data <= names
    assert "yamlflow/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "examples/", "benchmarks/"))]


def test_data_is_found(installed, tmp_path) -> None:
    script = "import yamlflow.resources as r; print(r.path('schemas', 'pipeline.schema.json'), r.path('docs', 'codes'))"
    schema, codes = _run(installed / "bin" / "python", "-c", script, cwd=tmp_path).split()
    assert Path(schema).is_relative_to(installed)
    assert Path(schema).read_bytes() == (ROOT / "schemas" / "pipeline.schema.json").read_bytes()
    assert {path.name for path in Path(codes).glob("*.md")} == {
        path.name for path in (ROOT / "docs/codes").glob("*.md")
    }


def test_validate_run_explain(installed, tmp_path) -> None:
    command = installed / "bin" / "yamlflow"
    assert _run(command, "--version", cwd=tmp_path).startswith("yamlflow ")
    _run(command, "validate", ROOT / "examples", ROOT / "templates", cwd=tmp_path)
    _run(command, "run", ROOT / "examples" / "hello-python" / "pipeline.yaml", cwd=tmp_path)
    assert "task" in _run(command, "explain", "unknown-output", cwd=tmp_path)
