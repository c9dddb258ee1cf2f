"""Where a task's files are: private folders, layers over what is there, what is new at the root, links."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from yamlflow.engine.home import remove_folder
from yamlflow.engine.runners import sandbox
from yamlflow.engine.runners.host import describe_host, find_program
from yamlflow.engine.runners.spares import Spares
from yamlflow.engine.runners.workspace import OpenWorkspace, PathError, Workspace
from yamlflow.targets.local import LocalTarget


@pytest.fixture
def workspace(tmp_path):
    return Workspace(str(tmp_path / "work"), str(tmp_path / "home"))


def _run(tmp_path, template, **options):
    target = LocalTarget(str(tmp_path / "store"), environment=os.environ, **options)
    spec = {"entrypoint": "main", "templates": [{"name": "main", **template}]}
    target.submit({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "wf"}, "spec": spec})
    *_, run = target.watch("wf")
    lines = [line.text for line in target.logs("wf")]
    target.delete("wf")
    return run, lines


def _script(source, *paths, **more):
    parameters = [{"name": f"p{index}", "valueFrom": {"path": path}} for index, path in enumerate(paths)]
    script = {"image": "busybox", "command": ["sh"], "source": source, **more}
    return {"script": script, "outputs": {"parameters": parameters}}


def _values(run):
    return [item.get("value") for item in run["status"]["nodes"]["wf"]["outputs"]["parameters"]]


@pytest.mark.parametrize("sandbox", [True, False])
def test_paths(tmp_path, sandbox) -> None:
    paths = ["/tmp/a/b", "/usr/share/of-the-task", "/none/deep/er", "/var/run/argo/x"]
    source = "\n".join(f"echo {path} > {path}" for path in paths)
    run, _ = _run(tmp_path, _script(source, *paths), sandbox=sandbox)
    assert run["status"]["phase"] == "Succeeded"
    assert _values(run) == (paths if sandbox else [value for value in _values(run) if value])
    assert not any(map(os.path.exists, paths[1:3]))


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_file_at_the_root(tmp_path, sandbox) -> None:
    """As in a container, whose working folder often is the root."""
    run, lines = _run(tmp_path, _script("echo x > result.txt; pwd", "/result.txt"), sandbox=sandbox)
    assert _values(run) == ["x"]
    assert not sandbox or lines == ["/"]
    assert not os.path.exists("/result.txt")


@pytest.mark.parametrize("folder", ["/usr/share", "/srv/none/here"])
def test_working_folder(tmp_path, folder) -> None:
    run, lines = _run(tmp_path, _script("pwd; echo x > own; cat own", workingDir=folder))
    assert run["status"]["phase"] == "Succeeded"
    assert lines == [folder, "x"]
    assert not os.path.exists(f"{folder}/own")


def test_hidden_folder(tmp_path) -> None:
    project = tmp_path.parent / f"{tmp_path.name}-project"
    project.mkdir()
    (project / "secret").write_text("s")
    _, lines = _run(tmp_path, _script(f"ls {project}; echo done"), hide=[str(project)])
    assert lines[-1] == "done"
    assert "secret" not in lines


def test_an_output_over_the_limit(tmp_path) -> None:
    run, _ = _run(tmp_path, _script("head -c 300000 /dev/zero > /tmp/p", "/tmp/p"))
    message = run["status"]["nodes"]["wf"]["message"]
    assert message == "wait: Error (exit code 64): output parameter p0 is larger than 256 KiB; make it an artifact"


@pytest.mark.parametrize("path", ["relative", "/", "/proc/x", "/dev/null"])
def test_refused_paths(workspace, path) -> None:
    with pytest.raises(PathError):
        workspace.place(path)


def test_places(workspace, tmp_path) -> None:
    root = str(tmp_path / "work")
    assert workspace.place("/tmp//a/../b") == f"{root}/tmp/b"
    assert workspace.place(f"{tmp_path}/home/x") == f"{root}/home/x"
    assert workspace.place("/usr/share/x/y") == f"{root}/layers/0/x/y"
    assert workspace.place("/usr/share/z") == f"{root}/layers/0/z"
    assert workspace.place("/none/x") == f"{root}/base/none/x"
    assert workspace.visible("/tmp/none") == "/tmp/none"
    assert workspace.visible("sh") == "sh"


def test_without_layers(tmp_path) -> None:
    workspace = Workspace(str(tmp_path), "", layers=False)
    assert workspace.place("/opt/x").startswith(str(tmp_path))
    with pytest.raises(PathError, match="writable layer"):
        workspace.place("/etc/x")


def test_links(workspace) -> None:
    base = os.path.dirname(workspace.place("/tmp/x"))
    os.makedirs(f"{base}/folder")
    os.symlink("/tmp/folder", f"{base}/absolute")
    os.symlink("folder/../folder", f"{base}/relative")
    os.symlink("loop", f"{base}/loop")
    os.symlink("/etc", f"{base}/out")
    assert workspace.find("/tmp/absolute/file") == f"{base}/folder/file"
    assert workspace.find("/tmp/relative/file") == f"{base}/folder/file"
    for bad in ("/tmp/loop", "/tmp/out/passwd", "/usr/x"):
        with pytest.raises(PathError):
            workspace.find(bad)


def test_texts_without_a_sandbox(tmp_path) -> None:
    workspace = OpenWorkspace(str(tmp_path))
    workspace.place("/tmp/a")
    workspace.place("/tmp/a/b")
    text = workspace.rewrite("cat /tmp/a /tmp/a/b /tmp/ab x/tmp/a '/tmp/a'")
    base = f"{tmp_path}/tmp"
    assert text == f"cat {base}/a {base}/a/b /tmp/ab x/tmp/a '{base}/a'"


def test_programs(tmp_path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("")
    assert find_program("tool", str(tmp_path))[1].endswith('exec: "tool": executable file not found in $PATH')
    assert find_program(str(tool), "")[1].endswith("permission denied")
    tool.chmod(0o755)
    assert find_program("tool", f"/none:{tmp_path}") == (str(tool), "")
    assert find_program("./x", "") == ("./x", "")


def test_what_is_shown_of_a_home(tmp_path) -> None:
    home = tmp_path / "me"
    for folder in (".tool/bin", ".tool/versions/1", ".local/bin", ".empty"):
        (home / folder).mkdir(parents=True)
    for folder in (".tool/bin", ".tool/versions/1", ".local/bin"):
        (home / folder / "program").write_text("")
    path = os.pathsep.join(str(home / folder) for folder in (".tool/bin", ".tool/versions/1", ".local/bin", ".empty"))
    host = describe_host({"HOME": str(home), "PATH": path, "LANG": "C", "SECRET": "s"}, str(tmp_path / "store"))
    assert str(home) in host.hidden
    shown = [folder for folder in host.shown if folder.startswith(str(home))]
    assert shown == [str(home / ".local/bin"), str(home / ".tool")]
    assert dict(host.environment) == {"LANG": "C"}


def test_spare_workspaces_of_a_killed_engine(tmp_path) -> None:
    def finished(name):
        found = Workspace(str(tmp_path / name), str(tmp_path / "home"))
        (tmp_path / name / "status").touch()
        return found

    for number in range(2):
        assert Spares(str(tmp_path), ()).keep(finished(f"task-{number}"))
    spares = Spares(str(tmp_path), ())
    spares.move_to(str(tmp_path / "next"))
    assert spares.keep(finished("other"))
    assert len([path for path in tmp_path.iterdir() if path.name.startswith("spare-")]) == 2


def test_what_a_killed_engine_left(tmp_path) -> None:
    program = sandbox.program()
    if program is None:
        pytest.skip("no bubblewrap here")
    begun = []
    for name in ("one", "other"):
        (tmp_path / name / "tmp").mkdir(parents=True)
        line = [
            program,
            "--unshare-pid",
            "--die-with-parent",
            "--ro-bind",
            "/",
            "/",
            "--bind",
            str(tmp_path / name / "tmp"),
            "/tmp",
            "sleep",
            "60",
        ]
        begun.append(subprocess.Popen(line))
    left, other = begun
    while not all(Path(f"/proc/{item.pid}/cmdline").read_bytes().startswith(program.encode()) for item in begun):
        time.sleep(0.001)
    sandbox.end_orphans(str(tmp_path / "one"))
    assert left.wait(timeout=20) == -signal.SIGKILL
    assert other.poll() is None
    sandbox.end_orphans(str(tmp_path / "other"))
    assert other.wait(timeout=20) == -signal.SIGKILL


def test_removing_what_a_task_locked(tmp_path) -> None:
    locked = tmp_path / "work" / "locked"
    locked.mkdir(parents=True)
    (locked / "file").write_text("x")
    os.symlink("/etc", locked / "link")
    locked.chmod(0)
    remove_folder(str(tmp_path / "work"))
    assert not (tmp_path / "work").exists()
    assert os.path.exists("/etc")
    remove_folder(str(tmp_path / "none"))
