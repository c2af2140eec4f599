"""Where data can be put."""

import datetime as dt
from typing import Any

from . import _js, _sources
from ._later import Later
from ._sources import File
from ._table import Table


class AzureBlobStorage(Later):
    """Containers and blobs of a storage account.

        store = hb.AzureBlobStorage(account="contosologs", auth={"tenant": "…", "client_id": "…"})
        files = await store.blobs("evidence", prefix="2026/")
        logons = await hb.read(await store.download("evidence", "2026/logons.csv"))
        await store.upload("evidence", "2026/risky.csv", risky, overwrite=False)

    Options: `account` or its address `base`, `auth` (a token, a function that gets one, options to sign in, or `{"sas": "…"}`), `cloud`,
    `settings`, `proxy`, `transport`, `timeout`. The account's CORS rules have to name the page's origin.
    """

    _class = "AzureBlobStorage"

    async def containers(self, *, prefix: str | None = None, limit: int | None = None) -> Table:
        """A row for each container."""
        return await self._do("containers", prefix=prefix, limit=limit, on_progress=None)

    async def create_container(self, container: str) -> None:
        """Creates a container."""
        await self._do("createContainer", container, on_progress=None)

    async def blobs(self, container: str, *, prefix: str | None = None, limit: int | None = None) -> Table:
        """A row for each blob: `name`, `size` in bytes, `content_type`, `last_modified` …, and `metadata.…`."""
        return await self._do("blobs", container, prefix=prefix, limit=limit, on_progress=None)

    async def upload(self, container: str, name: str, source: Any, *, overwrite: bool | None = None, content_type: str | None = None, on_progress: Any = None) -> dict[str, Any]:
        """Puts a file, bytes or what is at an address into a blob; a table is written as the name ends: `.csv`, `.json`, `.ndjson` or
        `.arrow`. A text is the name of a file."""
        given = await _sources.source(source, {}, "readBlob")
        return await self._do("upload", container, name, given, overwrite=overwrite, content_type=content_type, on_progress=on_progress)

    async def download(self, container: str, name: str, *, max_bytes: int | None = None, on_progress: Any = None) -> File:
        """The blob as a file, with `name` and `content`; `await hb.read(file)` takes it."""
        file = await self._do("download", container, name, convert=_same, max_bytes=max_bytes, on_progress=on_progress)
        return File(file.name, (await file.arrayBuffer()).to_bytes())

    async def delete_blob(self, container: str, name: str) -> None:
        """Deletes a blob, and its snapshots."""
        await self._do("deleteBlob", container, name, on_progress=None)

    async def exists(self, container: str, name: str | None = None) -> bool:
        """Whether there is a blob, or without a name a container."""
        return await self._do("exists", container, name, on_progress=None)

    async def get_sas_token(self, container: str, name: str | None = None, *, permissions: str | None = None, start: dt.datetime | None = None, expiry: dt.datetime | None = None) -> str:
        """The address of a blob, or of a container, with a signature: whoever has it may do what `permissions` say, `"r"` if absent, until
        `expiry`, which is within seven days."""
        return await self._do("getSasToken", container, name, permissions=permissions, start=start, expiry=expiry, on_progress=None)


def _same(value: Any) -> Any:
    return value


class LogAnalyticsUploader(Later):
    """Puts rows into a table of a Log Analytics workspace.

        uploader = hb.LogAnalyticsUploader(endpoint="https://hunt-a1b2.westeurope-1.ingest.monitor.azure.com", rule="dcr-…", auth={"tenant": "…", "client_id": "…"}, proxy=proxy)
        await uploader.upload(findings, table="Findings_CL")

    Or by the API that Microsoft retired in September 2026: `workspace` and `auth={"shared_key": "…"}`, whose key should be in no page
    that others see.
    """

    _class = "LogAnalyticsUploader"

    async def upload(self, source: Any, *, table: str | None = None, time_column: str | None = None, on_progress: Any = None) -> dict[str, Any]:
        """Sends the rows of a table, a file, several files or all in a folder; the files' names are the tables', if `table` is absent.
        If it fails, the error's `sent` says which rows are there."""
        return await self._do("upload", await _sources.rows(source), table=table, time_column=time_column, on_progress=on_progress)


class SplunkUploader(Later):
    """Puts rows into an index of Splunk, as events of JSON.

        uploader = hb.SplunkUploader(host="splunk.example.com", auth={"hec_token": "…"})
        await uploader.upload(findings, index="hunting", sourcetype="huntbook:findings")

    `auth` is `{"hec_token": …}` of an event collector, or `{"user": …, "password": …}` or `{"token": …}` for the management port, which
    takes rows one by one.
    """

    _class = "SplunkUploader"

    async def upload(
        self,
        source: Any,
        *,
        index: str | None = None,
        sourcetype: str | None = None,
        host: str | None = None,
        time_column: str | None = None,
        create_index: bool | None = None,
        on_progress: Any = None,
    ) -> dict[str, Any]:
        """Sends the rows of a table, a file, several files or all in a folder. If it fails, the error's `sent` says which rows are there."""
        options = {"index": index, "sourcetype": sourcetype, "host": host, "time_column": time_column, "create_index": create_index, "on_progress": on_progress}
        return await self._do("upload", await _sources.rows(source), **options)
