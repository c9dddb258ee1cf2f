"""The environment of a container, as Kubernetes makes it of `env` and `envFrom`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from yamlflow.engine.gojson import plain_text
from yamlflow.engine.objects import Objects, Secrets, config_values
from yamlflow.engine.scope import SubstitutionError

_VARIABLE = re.compile(r"\$(\$|\(([-._a-zA-Z0-9]+)\))")
_LABEL = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")
_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


class PodFacts(NamedTuple):
    """What a container may ask of its pod."""

    fields: dict[str, str]
    labels: dict[str, str]
    annotations: dict[str, str]


class Environment(NamedTuple):
    """Variables, and the names of those with the value of a secret in them."""

    values: dict[str, str]
    secret: frozenset[str]


def environment(container: dict[str, Any], pod: PodFacts, objects: Objects, secrets: Secrets) -> Environment:
    """Return the variables of a container; SubstitutionError when one of them cannot be had."""
    values: dict[str, str] = {}
    hidden: set[str] = set()
    for source in container.get("envFrom") or []:
        found, is_secret = _all_of(source, objects, secrets)
        named = {f"{source.get('prefix') or ''}{key}": value for key, value in found.items()}
        values |= {name: value for name, value in named.items() if _NAME.fullmatch(name)}
        hidden |= set(named) if is_secret else set()
    for item in container.get("env") or []:
        name = item["name"]
        origin = item.get("valueFrom")
        if not origin:
            text = plain_text(item.get("value", ""))
            values[name] = expand(text, values)
            hidden |= {name} if hidden.intersection(references(text)) else set()
            continue
        value = _value(origin, container, pod, objects, secrets)
        if value is not None:
            values[name] = value
            hidden |= {name} if "secretKeyRef" in origin else set()
    return Environment(values, frozenset(hidden))


def _all_of(source: dict[str, Any], objects: Objects, secrets: Secrets) -> tuple[Mapping[str, str], bool]:
    for key, kind in (("configMapRef", "configmap"), ("secretRef", "secret")):
        reference = source.get(key)
        if reference:
            name = str(reference.get("name") or "")
            found = config_values(objects, name) if kind == "configmap" else secrets.get(name)
            if found is None and not reference.get("optional"):
                raise SubstitutionError(f'{kind} "{name}" not found')
            return found or {}, kind == "secret"
    return {}, False


def _value(
    origin: dict[str, Any], container: dict[str, Any], pod: PodFacts, objects: Objects, secrets: Secrets
) -> str | None:
    if reference := origin.get("secretKeyRef"):
        return _key_of("Secret", reference, secrets.get(str(reference.get("name") or "")))
    if reference := origin.get("configMapKeyRef"):
        return _key_of("ConfigMap", reference, config_values(objects, str(reference.get("name") or "")))
    if field := (origin.get("fieldRef") or {}).get("fieldPath"):
        return field_value(str(field), pod)
    if reference := origin.get("resourceFieldRef"):
        from yamlflow.engine.resourcefields import resource_value

        try:
            return resource_value(container, reference)
        except ValueError as error:
            raise SubstitutionError(str(error)) from error
    raise SubstitutionError(f"`valueFrom` with {', '.join(f'`{key}`' for key in origin)} needs a cluster")


def _key_of(kind: str, reference: dict[str, Any], values: Mapping[str, str] | None) -> str | None:
    name, key = str(reference.get("name") or ""), str(reference.get("key") or "")
    if values is not None and key in values:
        return values[key]
    if reference.get("optional"):
        return None
    if values is None:
        raise SubstitutionError(f'{kind.lower()} "{name}" not found')
    raise SubstitutionError(f"couldn't find key {key} in {kind} {name}")


def field_value(path: str, pod: PodFacts) -> str:
    """Return a field of a pod that Kubernetes lets its containers see."""
    if found := _LABEL.fullmatch(path):
        return (pod.labels if found[1] == "labels" else pod.annotations).get(found[2], "")
    if path not in pod.fields:
        raise SubstitutionError(f'field label not supported: "{path}"')
    return pod.fields[path]


def references(text: str) -> Iterator[str]:
    """Return the names that a text refers to as `$(NAME)`."""
    return (found[2] for found in _VARIABLE.finditer(text) if found[2])


def expand(text: str, values: Mapping[str, str]) -> str:
    """Replace `$(NAME)` by the value of a variable, as Kubernetes does; `$$` is a plain `$`."""
    if "$" not in text:
        return text
    return _VARIABLE.sub(lambda found: "$" if found[1] == "$" else values.get(found[2], found[0]), text)
