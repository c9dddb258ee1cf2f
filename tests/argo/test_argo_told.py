"""No field of Argo is passed over in silence: each is in force on this machine, or refused, or told to be left out."""

from pathlib import Path

from yamlflow.argo.fields import fields_of
from yamlflow.argo.leftout import LEFT_OUT
from yamlflow.argo.limits import REFUSED
from yamlflow.argo.podpatch import VOLUMES

OF_CONTAINERS = ("PodSecurityContext", "Probe", "SecurityContext")
IN_FORCE = Path(__file__).parent / "in_force.txt"


def _of(form):
    return "WorkflowStep" if form == "steps" else form


def _in_force():
    """Return by type the fields that the table of this folder says to be in force."""
    lines = [line for line in IN_FORCE.read_text().splitlines() if line and not line.startswith("#")]
    return {name: set(fields.split()) for name, _, fields in (line.partition(" ") for line in lines)}


def test_every_field_is_in_force_refused_or_told() -> None:
    known = _in_force()
    seen, queue, wrong = set(), ["WorkflowSpec", *OF_CONTAINERS], []
    while queue:
        name = queue.pop()
        fields = fields_of(name)
        if name in seen or fields is None:
            continue
        seen.add(name)
        told = {*LEFT_OUT.get(name, ()), *REFUSED.get(name, {})}
        told |= fields.keys() - VOLUMES - {"name", "hostPath"} if name == "Volume" else set()
        expected = fields.keys() - told
        if known.get(name, set()) != expected or told - fields.keys():
            wrong.append(f"{name} {' '.join(sorted(expected))}")
        queue += [_of(fields[key].form) for key in expected]
    assert wrong == []
    assert known.keys() <= seen
    assert LEFT_OUT.keys() | REFUSED.keys() <= seen
