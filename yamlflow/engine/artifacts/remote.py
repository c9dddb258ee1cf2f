"""Artifacts outside of the machine: fetching and sending them by the driver of their place."""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from yamlflow.engine.artifacts.archives import pack, unpack
from yamlflow.engine.artifacts.driver import reader
from yamlflow.engine.artifacts.repository import Repository, Stored

DRIVERS = ("http", "git", "s3")


def driver_of(artifact: Mapping[str, Any]) -> str:
    """Return the driver of an artifact's place, or "" when it is in the repository of this machine."""
    found = next((name for name in DRIVERS if any((artifact.get(name) or {}).values())), "")
    s3 = artifact.get("s3") or {}
    return "" if found == "s3" and not (s3.get("bucket") and s3.get("endpoint")) else found


class Remote:
    """Places outside of the machine, with the secrets for them."""

    def __init__(self, repository: Repository, secrets: Mapping[str, Mapping[str, str]]) -> None:
        self._repository = repository
        self._secret = reader(secrets)

    def fetch(self, artifact: dict[str, Any]) -> tuple[str, Stored]:
        """Fetch an artifact and keep it; return where it was, and what is kept. DriverError: it cannot be had."""
        driver: Any = import_module(f"yamlflow.engine.artifacts.drivers.{driver_of(artifact)}")
        with self._repository.scratch() as folder:
            got, unpacked = os.path.join(folder, "got"), os.path.join(folder, "unpacked")
            driver.fetch(artifact, got, self._secret)
            unpack(got, unpacked, artifact.get("archive") or {})
            return driver.location(artifact), self._repository.put(unpacked)

    def send(self, artifact: dict[str, Any], source: str) -> None:
        """Bring a file or folder to the place of an artifact. DriverError: it cannot be brought there."""
        driver: Any = import_module(f"yamlflow.engine.artifacts.drivers.{driver_of(artifact)}")
        with self._repository.scratch() as folder:
            name = os.path.basename(str(artifact["path"]).rstrip("/"))
            packed = pack(source, os.path.join(folder, "packed"), name, artifact.get("archive") or {})
            driver.send(artifact, packed, self._secret)
