"""Which secrets a run needs, so that they can be asked for before anything starts."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from yamlflow.argo.podpatch import FIELD, foreseen
from yamlflow.argo.resources import made_by
from yamlflow.argo.templaterefs import merged_spec, reach
from yamlflow.engine.objects import SECRET, SECRET_VARIABLE, Object, Secrets, index

if TYPE_CHECKING:
    from yamlflow.engine.place import ArtifactRepository

_NO_NAME = re.compile(r"[^A-Z0-9]")


class SecretKey(NamedTuple):
    """A value in a Secret; `key` is "" when all of it is meant."""

    name: str
    key: str

    @property
    def variable(self) -> str:
        """The environment variable that can give it."""
        return SECRET_VARIABLE + "_".join(_NO_NAME.sub("_", part.upper()) for part in self if part)


def secret_keys(manifest: Object, beside: Iterable[Object]) -> list[SecretKey]:
    """Return the secrets that a manifest and the templates that it uses refer to, optional ones apart."""
    objects = index(beside)
    spec = merged_spec(manifest["spec"], objects)
    reached, _ = reach({**manifest, "spec": spec}, objects)
    items = [spec, *(item.template for item in reached.values())]
    made = {name for kind, name in made_by(items) if kind == SECRET}
    found = {key for item in items for key in keys_in(item) if "{{" not in key.name + key.key}
    return sorted(key for key in found if key.name not in made)


def bucket_keys(repository: "ArtifactRepository | None") -> list[SecretKey]:
    """Return the secrets of the bucket that a run may read from; it does without them as long as it need not."""
    return sorted(set(keys_in(repository.bucket))) if repository is not None else []


def keys_in(data: object) -> Iterator[SecretKey]:
    """Yield the secrets that data refers to."""
    if isinstance(data, list):
        for item in data:
            yield from keys_in(item)
    if not isinstance(data, dict):
        return
    for name, value in data.items():
        if name == FIELD:
            yield from keys_in(foreseen(value))
        elif not isinstance(value, dict) or value.get("optional"):
            yield from keys_in(value)
        elif name == "secretRef" and value.get("name"):
            yield SecretKey(value["name"], "")
        elif name == "secret" and (value.get("secretName") or value.get("name")):
            chosen = [item.get("key", "") for item in value.get("items") or []]
            yield from (SecretKey(value.get("secretName") or value["name"], key) for key in chosen or [""])
        elif (name == "secretKeyRef" or name.endswith("Secret")) and value.get("name") and value.get("key"):
            yield SecretKey(value["name"], value["key"])
        else:
            yield from keys_in(value)


def add_variables(secrets: Secrets, wanted: Iterable[SecretKey], environment: Iterable[tuple[str, str]]) -> Secrets:
    """Return secrets with what the environment gives for the wanted ones; what was given otherwise stands above it."""
    variables = {name: value for name, value in environment if name.startswith(SECRET_VARIABLE)}
    found = {name: dict(values) for name, values in secrets.items()}
    for item in wanted:
        if item.key and item.variable in variables:
            found.setdefault(item.name, {}).setdefault(item.key, variables[item.variable])
    return found


def missing(secrets: Secrets, wanted: Iterable[SecretKey]) -> list[SecretKey]:
    """Return the wanted secrets that are not there."""
    return [key for key in wanted if key.name not in secrets or (key.key and key.key not in secrets[key.name])]
