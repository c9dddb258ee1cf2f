"""Artifacts in a store that speaks S3; needs the package boto3."""

import os
from importlib import import_module
from typing import Any, Protocol

from yamlflow.engine.artifacts.driver import DriverError, SecretReader


class Client(Protocol):
    """What is used of boto3's client."""

    def head_object(self, **names: str) -> object:
        """Ask whether there is an object."""
        ...

    def download_file(self, bucket: str, key: str, path: str) -> None:
        """Write an object to a file."""
        ...

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        """Write a file to an object."""
        ...

    def delete_object(self, **names: str) -> object:
        """Remove an object."""
        ...

    def get_paginator(self, name: str) -> Any:  # noqa: ANN401 - it has no type
        """Return what lists page by page."""
        ...


def location(artifact: dict[str, Any]) -> str:
    """Return bucket and key."""
    return f"s3://{artifact['s3'].get('bucket', '')}/{artifact['s3'].get('key', '')}"


def fetch(artifact: dict[str, Any], target: str, secret: SecretReader) -> None:
    """Write an object to a file, or all that is below a key to a folder."""
    s3, client = artifact["s3"], _client(artifact["s3"], secret)
    bucket, key = s3["bucket"], str(s3.get("key", ""))
    errors = _errors()
    try:
        if _exists(client, bucket, key):
            client.download_file(bucket, key, target)
            return
        prefix = key.rstrip("/") + "/"
        names = _below(client, bucket, prefix)
        if not names:
            raise FileNotFoundError(location(artifact))
        for name in names:
            _download(client, bucket, name, os.path.join(target, _inside(name[len(prefix) :])))
    except errors as error:
        raise DriverError(f"{location(artifact)}: {error}") from error


def keys(artifact: dict[str, Any], secret: SecretReader) -> list[str]:
    """Return the keys of a bucket that begin as that of the artifact does."""
    s3, client = artifact["s3"], _client(artifact["s3"], secret)
    try:
        return _below(client, s3["bucket"], str(s3.get("key") or ""))
    except _errors() as error:
        raise DriverError(f"{location(artifact)}: {error}") from error


def send(artifact: dict[str, Any], source: str, secret: SecretReader) -> None:
    """Write a file, or all files of a folder, to a bucket."""
    s3, client = artifact["s3"], _client(artifact["s3"], secret)
    bucket, key = s3["bucket"], str(s3.get("key", ""))
    try:
        if not os.path.isdir(source):
            client.upload_file(source, bucket, key)
            return
        for folder, _, names in os.walk(source):
            for name in names:
                path = os.path.join(folder, name)
                client.upload_file(path, bucket, f"{key.rstrip('/')}/{os.path.relpath(path, source)}")
    except _errors() as error:
        raise DriverError(f"{location(artifact)}: {error}") from error


def remove(artifact: dict[str, Any], secret: SecretReader) -> None:
    """Remove an object, or all that is below a key."""
    s3, client = artifact["s3"], _client(artifact["s3"], secret)
    bucket, key = s3["bucket"], str(s3.get("key", ""))
    try:
        for name in [key, *_below(client, bucket, key.rstrip("/") + "/")]:
            client.delete_object(Bucket=bucket, Key=name)
    except _errors() as error:
        raise DriverError(f"{location(artifact)}: {error}") from error


def _exists(client: Client, bucket: str, key: str) -> bool:
    exceptions: Any = import_module("botocore.exceptions")
    try:
        client.head_object(Bucket=bucket, Key=key)
    except exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
            return False
        raise
    return True


def _below(client: Client, bucket: str, prefix: str) -> list[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [item["Key"] for page in pages for item in page.get("Contents") or []]


def _download(client: Client, bucket: str, key: str, path: str) -> None:
    if not key.endswith("/"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        client.download_file(bucket, key, path)


def _inside(name: str) -> str:
    if name.startswith("/") or ".." in name.split("/"):
        raise DriverError(f"`{name}` leads out of the folder")
    return name


def _errors() -> tuple[type[Exception], ...]:
    own: Any = import_module("boto3.exceptions")
    core: Any = import_module("botocore.exceptions")
    return core.BotoCoreError, core.ClientError, own.S3UploadFailedError


def _client(s3: dict[str, Any], secret: SecretReader) -> Client:
    try:
        boto3: Any = import_module("boto3")
    except ImportError as error:
        raise DriverError("S3 needs the package boto3: install `yamlflow[s3]`") from error
    scheme = "http" if s3.get("insecure") else "https"
    client: Client = boto3.client(
        "s3",
        endpoint_url=f"{scheme}://{s3['endpoint']}" if s3.get("endpoint") else None,
        region_name=s3.get("region") or None,
        aws_access_key_id=secret(s3.get("accessKeySecret")) or None,
        aws_secret_access_key=secret(s3.get("secretKeySecret")) or None,
    )
    return client
