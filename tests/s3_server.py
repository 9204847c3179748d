"""A server on this machine that speaks S3, and storage in it as `STORAGE_URL` makes them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from django.conf import settings as django_settings
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from inquiry.config.settings import env

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Bucket:
    """What lies in the bucket, seen past storage."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.name = f"evidence-{secrets.token_hex(6)}"
        self.client = boto3.client("s3", endpoint_url=endpoint)
        self.client.create_bucket(
            Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        self.client.put_bucket_versioning(
            Bucket=self.name, VersioningConfiguration={"Status": "Enabled"}
        )

    def names(self) -> list[str]:
        """Every version of everything: what was written twice is here twice."""
        listed = self.client.list_object_versions(Bucket=self.name)
        return sorted(version["Key"] for version in listed.get("Versions", []))

    def content(self, key: str) -> bytes:
        with self.client.get_object(Bucket=self.name, Key=key)["Body"] as body:
            return body.read()


@contextmanager
def serving_s3() -> Iterator[str]:
    """The address of a server that runs while the block does."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
        server._server.server_close()


@contextmanager
def stores_in_a_bucket(settings, monkeypatch, endpoint: str, *, prefix="") -> Iterator[Bucket]:
    """Both storage are in a fresh bucket while the block runs."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    bucket = Bucket(endpoint)
    monkeypatch.setenv("STORAGE_URL", f"s3://{bucket.name}/{prefix}?endpoint={endpoint}")
    settings.STORAGES = {
        **settings.STORAGES,
        **env.stores("STORAGE_URL", django_settings.DATA_DIR),
    }
    storages._storages = {}
    try:
        yield bucket
    finally:
        for store in storages._storages.values():
            if hasattr(store, "connection"):
                store.connection.meta.client.close()
        bucket.client.close()
