"""Showing each round of a watched file, and running or submitting it."""

import os
from argparse import Namespace
from collections.abc import Callable
from time import localtime, strftime

from yamlflow.app.compile import Compiled
from yamlflow.app.errors import RequestError, UsageError
from yamlflow.app.submit import namespace_of
from yamlflow.app.targets import choose_target
from yamlflow.app.tree import Workflow
from yamlflow.app.watch import Round, Rounds
from yamlflow.cli import options
from yamlflow.cli.along import bring, read_flags
from yamlflow.cli.console import Console
from yamlflow.cli.findings import refuse, show
from yamlflow.cli.follow import start_and_follow
from yamlflow.cli.steps import header
from yamlflow.cli.view import View
from yamlflow.diagnostics import Sink
from yamlflow.diagnostics.report import Report
from yamlflow.targets.protocol import Along, RefusedError, Target, TargetError

_SIGNALLED = 128
_NAMED = 3


def watch_file(args: Namespace, console: Console) -> int:
    """Check a file now and at each save; run or submit it where that was asked for. Ends by Ctrl-C only."""
    given = options.given(args, console.env)

    def compile_now() -> Compiled:
        compiled, sink = given.compile(args.file), Sink()
        along = compiled.along.joined(read_flags(args, sink))
        found, manifests = [*compiled.diagnostics, *sink.sorted()], () if sink.failed else compiled.manifests
        return compiled._replace(manifests=manifests, diagnostics=found, files=compiled.files | sink.files, along=along)

    with Rounds(args.file, compile_now) as rounds:
        return _Watch(args, console, rounds).go()


class _Watch:
    """The rounds of a file, shown and acted upon; while a run is shown, they go on beside it."""

    def __init__(self, args: Namespace, console: Console, rounds: Rounds) -> None:
        self._args = args
        self._console = console
        self._rounds = rounds
        self._newest: Compiled | None = None

    def go(self) -> int:
        """Go on until a signal; return its exit code."""
        if self._args.submit:
            self._prepare()
        self._show(self._rounds.first())
        if not os.path.isfile(self._args.file):
            return 1
        count = len(self._rounds.files)
        self._console.note(f"watching {count} file{'s' * (count > 1)}; Ctrl-C ends")
        while True:
            code = self._act()
            if code > _SIGNALLED:
                return code
            if self._newest is None:
                self._show(self._rounds.next())

    def _prepare(self) -> None:
        """Refuse a wrong target before the first save, and load its client. Mistakes of the project are shown later."""
        try:
            self._open(None)
        except UsageError:
            raise
        except RequestError:
            return

    def begin(self, wake: Callable[[], None]) -> None:
        """Have a run's viewer look whenever files changed."""
        self._rounds.wake = wake

    def look(self, view: View) -> bool:
        """Show a new round beside a run; a valid one replaces the run."""
        found = self._rounds.poll()
        if found is not None:
            view.leave()
            self._show(found)
        return self._newest is not None

    def _show(self, found: Round) -> None:
        """Print what came of a change, and keep the manifest for what is to be done with it."""
        out = self._console.out
        compiled = found.compiled
        verdict = out.paint("invalid", "red") if compiled.manifest is None else out.paint("valid", "green")
        if found.changed:
            out.line()
        out.line(f"{strftime('%H:%M:%S', localtime())} {self._what(found.changed)}: {verdict}")
        if compiled.diagnostics:
            show(Report(compiled.diagnostics, 1), "text", out, self._console.size[0])
        wanted = compiled.manifests and (self._args.run or self._args.submit)
        self._newest = compiled if wanted else None

    def _what(self, changed: tuple[str, ...]) -> str:
        if not changed:
            return str(self._args.file)
        more = len(changed) - _NAMED
        names = ", ".join(changed[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"{names} changed"

    def _act(self) -> int:
        """Do what is to be done with the newest valid manifest, if there is one; return an exit code."""
        compiled, self._newest = self._newest, None
        if compiled is None or compiled.manifest is None:
            return 0
        try:
            act = self._run if self._args.run else self._submit
            return act(compiled.manifest, compiled.along)
        except RefusedError as error:
            refuse(error, compiled, compiled.manifest, self._args.file, self._console)
            self._rounds.forget()
            return 0
        except (TargetError, RequestError) as error:
            self._console.error(str(error), error.hint)
            self._rounds.forget()
            return 0

    def _run(self, manifest: Workflow, along: Along) -> int:
        def open_target() -> Target:
            return choose_target("local", self._args.namespace, self._console.env, self._args.file)

        target = open_target()
        bring(target, along, manifest, self._console)
        try:
            return start_and_follow(self._console, open_target, manifest, self, target)
        finally:
            self._rounds.wake = None

    def _submit(self, manifest: Workflow, along: Along) -> int:
        target = self._open(namespace_of(manifest))
        bring(target, along, manifest, self._console)
        workflow = target.submit(manifest)
        self._console.out.line(header(workflow, target.name, self._console.out))
        return 0

    def _open(self, namespace: str | None) -> Target:
        return choose_target(self._args.target, self._args.namespace or namespace, self._console.env, self._args.file)
