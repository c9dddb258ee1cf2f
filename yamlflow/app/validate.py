"""Checking files and folders; what was checked before and did not change is not checked again."""

import os

from yamlflow.app.folders import yaml_files
from yamlflow.app.layer import NO_LAYER, Layer
from yamlflow.app.verdicts import Environment, Job, Verdict, Verdicts
from yamlflow.diagnostics import Sink
from yamlflow.diagnostics.choice import ALL, Choice
from yamlflow.diagnostics.report import Report
from yamlflow.project.places import find

_FEW = 20
"""To check so many files takes no longer than to start processes for them."""


def validate_paths(paths: list[str], layer: Layer = NO_LAYER, choice: Choice = ALL) -> Report:
    """Check files, and all that is ours in folders; other YAML there is passed over and counted.

    Without paths it is what the project says, else this folder, where a project may have no pipeline yet.
    """
    sink = Sink()
    jobs: list[Job] = []
    folders: list[tuple[str, slice]] = []
    for path in paths or default_paths(sink):
        if os.path.isdir(path):
            before = len(jobs)
            jobs += [Job(found, given=False) for found in yaml_files(path)]
            folders.append((path, slice(before, len(jobs))))
        else:
            jobs.append(Job(path, given=True))
    verdicts = _verdicts(jobs, layer)
    for verdict in verdicts:
        for item in verdict.items:
            sink.add(item)
    for path, part in folders:
        if not any(verdict.ours for verdict in verdicts[part]):
            report = sink.error if paths else sink.warning
            report("nothing-found", "no pipeline, component or Argo manifest is in this folder", None, path=path)
    checked = tuple(job.path for job, verdict in zip(jobs, verdicts, strict=True) if verdict.ours)
    return Report(choice.of(sink.sorted()), len(checked), len(verdicts) - len(checked), checked)


def default_paths(sink: Sink) -> list[str]:
    """Return what is meant when no path is given: what the project says, else this folder."""
    if find("") is None:
        return ["."]
    from yamlflow.app.projects import project_paths

    return project_paths(sink) or ["."]


def _verdicts(jobs: list[Job], layer: Layer) -> list[Verdict]:
    """Return the verdicts in the order of the jobs."""
    known = Verdicts(layer)
    found = [known.find(job) for job in jobs]
    unknown = [job for job, verdict in zip(jobs, found, strict=True) if verdict is None]
    new = iter(_checked(unknown, layer, known) if unknown or not jobs else ())
    return [verdict or next(new) for verdict in found]


def _checked(jobs: list[Job], layer: Layer, known: Verdicts) -> list[Verdict]:
    """Check files, and keep the verdicts; what is wrong with the layer itself is raised even if there is no file."""
    from yamlflow.app.compile import validate_file
    from yamlflow.app.severities import settle
    from yamlflow.app.workspace import Workspace

    env = Environment(layer.env)
    workspace = Workspace(layer._replace(env=env))

    def check(job: Job) -> Verdict:
        sink = Sink()
        env.forget()
        ours = validate_file(job.path, workspace, sink, given=job.given)
        settle(job.path, sink, workspace)
        verdict = Verdict(ours, sink.items)
        known.keep(job, verdict, sink.files, env)
        return verdict

    if len(jobs) <= _FEW:
        return [check(job) for job in jobs]
    from yamlflow.app.spread import spread

    # The first one loads all that the processes then share.
    return [check(jobs[0]), *spread(check, jobs[1:])]
