"""Artifacts in a store that speaks S3; needs the package boto3."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

from yamlflow.engine.artifacts.archives import files_in
from yamlflow.engine.artifacts.driver import AbsentError, DriverError, SecretReader
from yamlflow.engine.artifacts.secretfile import secret_file

_ABSENT = ("404", "NoSuchKey", "NotFound")
_PATIENCE = {"connect_timeout": 20, "read_timeout": 60, "retries": {"mode": "standard", "total_max_attempts": 3}}
_STYLES = {"virtual-hosted-style": "virtual", "virtual-hosted": "virtual", "path-style": "path"}
_ONE_AT_A_TIME = threading.Lock()  # clients can be used in any thread, and not be made so
Extra = dict[str, str]


class Client(Protocol):
    """What is used of boto3's client."""

    def head_object(self, **names: str) -> object:
        """Ask whether there is an object."""
        ...

    def download_file(self, bucket: str, key: str, path: str, extra: Extra) -> None:
        """Write an object to a file."""
        ...

    def upload_file(self, path: str, bucket: str, key: str, extra: Extra) -> None:
        """Write a file to an object."""
        ...

    def delete_object(self, **names: str) -> object:
        """Remove an object."""
        ...

    def head_bucket(self, **names: str) -> object:
        """Ask whether there is a bucket."""
        ...

    def create_bucket(self, **names: object) -> object:
        """Make a bucket."""
        ...

    def get_paginator(self, name: str) -> Any:  # noqa: ANN401 - it has no type
        """Return what lists page by page."""
        ...


def location(artifact: dict[str, Any]) -> str:
    """Return bucket and key."""
    return f"s3://{artifact['s3'].get('bucket', '')}/{artifact['s3'].get('key', '')}"


def fetch(artifact: dict[str, Any], target: str, secret: SecretReader) -> None:
    """Write an object to a file, or all that is below a key to a folder."""
    s3 = artifact["s3"]
    bucket, key = s3["bucket"], str(s3.get("key", ""))
    with _connected(artifact, secret) as client:
        extra = _own_key(s3, secret)
        if key and _exists(client, bucket, key, extra):
            client.download_file(bucket, key, target, extra)
            return
        prefix = key and key.rstrip("/") + "/"
        names = _below(client, bucket, prefix)
        if not names:
            raise AbsentError(f"{location(artifact)}: there is no such object, and none below it")
        for name in names:
            path = os.path.join(target, _inside(name[len(prefix) :]))
            os.makedirs(path if name.endswith("/") else os.path.dirname(path), exist_ok=True)
            if not name.endswith("/"):
                client.download_file(bucket, name, path, extra)


def keys(artifact: dict[str, Any], secret: SecretReader) -> list[str]:
    """Return the keys of a bucket that begin as that of the artifact does."""
    with _connected(artifact, secret) as client:
        return _below(client, artifact["s3"]["bucket"], str(artifact["s3"].get("key") or ""))


def send(artifact: dict[str, Any], source: str, secret: SecretReader) -> None:
    """Write a file, or all files of a folder, to a bucket."""
    s3 = artifact["s3"]
    bucket, key = s3["bucket"], str(s3.get("key", ""))
    with _connected(artifact, secret) as client:
        if s3.get("createBucketIfNotPresent") is not None:
            _make_bucket(client, bucket, s3)
        extra = {**_encryption(s3), **_own_key(s3, secret)}
        if not os.path.isdir(source):
            client.upload_file(source, bucket, key, extra)
            return
        for path in files_in(source):
            client.upload_file(path, bucket, f"{key.rstrip('/')}/{os.path.relpath(path, source)}", extra)


def remove(artifact: dict[str, Any], secret: SecretReader) -> None:
    """Remove an object, or all that is below a key."""
    bucket, key = artifact["s3"]["bucket"], str(artifact["s3"].get("key", ""))
    with _connected(artifact, secret) as client:
        for name in [key, *_below(client, bucket, key.rstrip("/") + "/")]:
            client.delete_object(Bucket=bucket, Key=name)


def _exists(client: Client, bucket: str, key: str, extra: Extra) -> bool:
    exceptions: Any = import_module("botocore.exceptions")
    try:
        client.head_object(Bucket=bucket, Key=key, **extra)
    except exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") in _ABSENT:
            return False
        raise
    return True


def _make_bucket(client: Client, bucket: str, s3: dict[str, Any]) -> None:
    exceptions: Any = import_module("botocore.exceptions")
    try:
        client.head_bucket(Bucket=bucket)
    except exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") not in (*_ABSENT, "NoSuchBucket"):
            raise
        options: dict[str, Any] = {}
        if s3.get("region") not in (None, "", "us-east-1"):
            options["CreateBucketConfiguration"] = {"LocationConstraint": s3["region"]}
        if (s3.get("createBucketIfNotPresent") or {}).get("objectLocking"):
            options["ObjectLockEnabledForBucket"] = True
        client.create_bucket(Bucket=bucket, **options)


def _encryption(s3: dict[str, Any]) -> Extra:
    """Return how a server is to encrypt what it gets, with a key of its own."""
    wanted = s3.get("encryptionOptions") or {}
    if not wanted.get("enableEncryption") or wanted.get("serverSideCustomerKeySecret"):
        return {}
    if not wanted.get("kmsKeyId"):
        return {"ServerSideEncryption": "AES256"}
    import base64

    context = str(wanted.get("kmsEncryptionContext") or "")
    own = {"SSEKMSEncryptionContext": base64.b64encode(context.encode()).decode()} if context else {}
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": str(wanted["kmsKeyId"]), **own}


def _own_key(s3: dict[str, Any], secret: SecretReader) -> Extra:
    """Return the key that objects are encrypted with, where the server has none."""
    wanted = s3.get("encryptionOptions") or {}
    if not wanted.get("enableEncryption") or not wanted.get("serverSideCustomerKeySecret"):
        return {}
    return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": secret(wanted["serverSideCustomerKeySecret"])}


def _below(client: Client, bucket: str, prefix: str) -> list[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [item["Key"] for page in pages for item in page.get("Contents") or []]


def _inside(name: str) -> str:
    if name.startswith("/") or ".." in name.split("/"):
        raise DriverError(f"`{name}` leads out of the folder")
    return name


def _errors() -> tuple[type[Exception], ...]:
    own: Any = import_module("boto3.exceptions")
    core: Any = import_module("botocore.exceptions")
    return core.BotoCoreError, core.ClientError, own.S3UploadFailedError, ValueError


@contextmanager
def _connected(artifact: dict[str, Any], secret: SecretReader) -> Iterator[Client]:
    """Have a client; what goes wrong with it is told with the place."""
    try:
        boto3: Any = import_module("boto3")
        config: Any = import_module("botocore.config")
    except ImportError as error:
        raise DriverError("S3 needs the package boto3: install `yamlflow[s3]`") from error
    s3, scheme = artifact["s3"], "http" if artifact["s3"].get("insecure") else "https"
    style = str(s3.get("addressingStyle") or "auto")
    with secret_file(secret(s3.get("caSecret"))) as trusted:
        try:
            with _ONE_AT_A_TIME:
                client: Client = boto3.client(
                    "s3",
                    endpoint_url=f"{scheme}://{s3['endpoint']}" if s3.get("endpoint") else None,
                    region_name=s3.get("region") or None,
                    aws_access_key_id=secret(s3.get("accessKeySecret")) or None,
                    aws_secret_access_key=secret(s3.get("secretKeySecret")) or None,
                    aws_session_token=secret(s3.get("sessionTokenSecret")) or None,
                    verify=trusted if s3.get("caSecret") else None,
                    config=config.Config(**_PATIENCE, s3={"addressing_style": _STYLES.get(style, style)}),
                )
            yield client
        except _errors() as error:
            raise DriverError(f"{location(artifact)}: {' '.join(str(error).split())}") from error
