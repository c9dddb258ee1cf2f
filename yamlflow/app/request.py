"""A file with what was given beside it: run parameters, as pairs and in a file."""

from typing import NamedTuple

from yamlflow.app.compile import Compiled, compile_file
from yamlflow.app.layer import NO_LAYER, Layer
from yamlflow.app.parameters import read_parameters
from yamlflow.argo.versions import VERSIONS
from yamlflow.diagnostics import Sink

KINDS = ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate")
"""What a pipeline can become, whether it has a schedule or not."""
ARGO_VERSIONS = VERSIONS
"""The versions of Argo that manifests can be for, the default last."""


class Given(NamedTuple):
    """What the options of a command give to a pipeline."""

    parameters: list[str]
    parameter_file: str | None
    layer: Layer = NO_LAYER
    kind: str = "Workflow"

    def with_profile(self, name: str) -> "Given":
        """Return the same with the values of a profile."""
        return self._replace(layer=self.layer._replace(profile=name))

    def compile(self, file: str, *, several: bool = False) -> Compiled:
        """Return the manifest of a pipeline or Argo manifest, and all that is wrong with it and with what was given.

        `several` documents give several manifests; else more than one is an error.
        """
        sink = Sink()
        parameters = read_parameters(self.parameters, self.parameter_file, sink)
        if sink.failed:
            return Compiled((), sink.sorted(), frozenset((file, *sink.files)))
        compiled = compile_file(file, parameters, self.layer, self.kind, several=several)
        return compiled._replace(files=compiled.files | sink.files)
