"""`component build` with the builders that are there, on a base of Debian's busybox-static: no image can be pulled."""

import os
import shutil
import subprocess
import tarfile

import pytest
from image_registry import image_registry

COMPONENT = """\
# Kept as it is.
name: Count
implementation:
  container:
    image: "python:3.12"  # built here
    command: [cat, /app/a.txt]
"""


def _busybox():
    found = shutil.which("busybox")
    if found is None:
        return None
    kind = subprocess.run(["ldd", found], capture_output=True, text=True, check=False)
    return found if kind.returncode else None


@pytest.fixture(params=["podman", "buildah"])
def builder(request, tmp_path, user_env):
    """A folder of programs with one builder, which keeps its images in a folder of the test, and a base image."""
    name, busybox = request.param, _busybox()
    if shutil.which(name) is None or busybox is None:
        pytest.skip(f"{name} or busybox-static is not installed")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / name).symlink_to(shutil.which(name))
    places = f'runroot = "{tmp_path}/run"\ngraphroot = "{tmp_path}/graph"\n'
    (tmp_path / "storage.conf").write_text(f'[storage]\ndriver = "vfs"\n{places}')
    user_env.update(
        STORAGE_DRIVER="vfs",
        BUILDAH_ISOLATION="chroot",
        CONTAINERS_STORAGE_CONF=str(tmp_path / "storage.conf"),
        CONTAINERS_REGISTRIES_CONF=str(tmp_path / "registries.conf"),
    )
    (tmp_path / "registries.conf").write_text("")
    whole = user_env["PATH"]
    _make_base(tmp_path, name, busybox, user_env)
    user_env["PATH"] = os.pathsep.join([str(programs), *_without_builders(whole, tmp_path)])
    return name


def _without_builders(path, tmp_path):
    """Return folders with the programs of the machine but for the builders."""
    own = tmp_path / "others"
    own.mkdir()
    for folder in path.split(os.pathsep):
        for item in os.scandir(folder) if os.path.isdir(folder) else ():
            if item.name not in ("docker", "podman", "buildah") and not os.path.lexists(own / item.name):
                (own / item.name).symlink_to(item.path)
    return [str(own)]


def _make_base(tmp_path, name, busybox, env):
    archive = tmp_path / "base.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(busybox, "bin/busybox")
        for program in ("sh", "ls", "cat"):
            link = tarfile.TarInfo(f"bin/{program}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
    if name == "podman":
        steps = [["podman", "import", str(archive), "localhost/base:1"]]
    else:
        (tmp_path / "base").mkdir()
        shutil.copy(archive, tmp_path / "base" / "base.tar")
        (tmp_path / "base" / "Dockerfile").write_text("FROM scratch\nADD base.tar /\n")
        steps = [["buildah", "build", "-q", "-t", "localhost/base:1", str(tmp_path / "base")]]
    for step in steps:
        done = subprocess.run(step, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{name} cannot make an image here: {done.stderr.strip().splitlines()[-1:]}")


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "count"
    found.mkdir()
    for name, text in (("component.yaml", COMPONENT), ("a.txt", "a\n"), ("secret.txt", "no\n")):
        (found / name).write_text(text)
    (found / ".dockerignore").write_text("secret.txt\n")
    return found


def _last(done):
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_without_a_dockerfile(builder, folder, yamlflow, tmp_path) -> None:
    done = yamlflow(
        "component", "build", "count", "--tag", "localhost/count:1", "--base", "localhost/base:1", cwd=tmp_path
    )
    assert _last(done) == [f"localhost/count:1 is built by {builder}", "count/component.yaml uses it"]
    assert (folder / "component.yaml").read_text() == COMPONENT.replace('"python:3.12"', "localhost/count:1")
    assert not (folder / "Dockerfile").exists()


def test_pushed_with_its_own_dockerfile(builder, folder, yamlflow, tmp_path) -> None:
    (folder / "Dockerfile").write_text(
        "FROM localhost/base:1\nWORKDIR /app\nCOPY . .\nRUN test ! -e secret.txt && cat a.txt\n"
    )
    with image_registry() as (address, pushed):
        (tmp_path / "registries.conf").write_text(f'[[registry]]\nlocation = "{address}"\ninsecure = true\n')
        done = yamlflow("component", "build", "count", "--tag", f"{address}/team/count:1", "--push", cwd=tmp_path)
    image = f"{address}/team/count@{pushed.get('1')}"
    assert _last(done) == [f"{image} is built by {builder} and pushed", "count/component.yaml uses it"]
    assert (folder / "component.yaml").read_text() == COMPONENT.replace('"python:3.12"', image)


def test_a_dockerfile_that_fails(builder, folder, yamlflow, tmp_path) -> None:
    (folder / "Dockerfile").write_text("FROM localhost/base:1\nRUN cat nothing\n")
    done = yamlflow("component", "build", "count", "--tag", "count:1", cwd=tmp_path)
    assert done.returncode == 1
    assert f"error: `{builder} build` failed with exit code" in done.stderr
    assert (folder / "component.yaml").read_text() == COMPONENT


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("count", "--tag", "Count:1"),
            "error: `Count:1` is no name of an image; write it like registry/team/train:1.0\n",
        ),
        (("nothing", "--tag", "a:1"), "error: `nothing` is no folder\n"),
        (
            ("count", "--tag", "a:1"),
            "error: there is no program that builds images; install one of: docker, podman, buildah\n",
        ),
    ],
)
def test_refused(arguments, message, folder, yamlflow, tmp_path, user_env) -> None:
    user_env["PATH"] = ""
    done = yamlflow("component", "build", *arguments, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("", message)
    assert done.returncode in (1, 2)


def test_no_image_to_write_to(folder, yamlflow, tmp_path) -> None:
    (folder / "component.yaml").write_text("name: x\n")
    done = yamlflow("component", "build", "count", "--tag", "a:1", cwd=tmp_path)
    assert done.stderr.startswith("error: `count/component.yaml` has no `image` to write to")
    assert done.returncode == 1


def _program(folder, name, text):
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/calls\n{text}\n')
    path.chmod(0o755)


def test_docker(folder, yamlflow, tmp_path, user_env) -> None:
    """What docker is asked, by a program that stands for it."""
    digest = "sha256:" + "a" * 64
    _program(tmp_path, "docker", f'case "$1" in image) echo "registry/count@{digest}";; *) echo fine;; esac')
    user_env["PATH"] = os.pathsep.join([str(tmp_path), user_env["PATH"]])
    done = yamlflow("component", "build", "count", "--tag", "registry/count:1", "--push", cwd=tmp_path)
    assert _last(done)[0] == f"registry/count@{digest} is built by docker and pushed"
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[1] for call in calls] == ["version", "build", "push", "image"]
    assert calls[1].startswith("docker build -t registry/count:1 -f ")
    assert calls[1].endswith("Dockerfile count")
    assert f"image: registry/count@{digest}  # built here" in (folder / "component.yaml").read_text()


def test_a_builder_that_does_not_answer_is_passed_over(folder, yamlflow, tmp_path, user_env) -> None:
    _program(tmp_path, "docker", "exit 1")
    _program(tmp_path, "podman", "exit 0; # says nothing")
    _program(tmp_path, "buildah", "echo 1.0")
    user_env["PATH"] = os.pathsep.join([str(tmp_path), user_env["PATH"]])
    done = yamlflow("component", "build", "count", "--tag", "count:1", cwd=tmp_path)
    assert _last(done)[0] == "count:1 is built by buildah"
    _program(tmp_path, "buildah", "exit 1")
    done = yamlflow("component", "build", "count", "--tag", "count:1", cwd=tmp_path)
    assert done.stderr == "error: docker, podman and buildah cannot be used here; `docker version` says why\n"
