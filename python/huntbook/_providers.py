"""Services that have logs, and the queries for them."""

from collections.abc import Mapping
from typing import Any

import js
from pyodide.ffi import JsException, JsProxy

from . import _js, _sources
from ._later import Later, watched
from ._table import Table

# Options of a query; other keywords are its parameters.
_RUN = ("split_by", "on_partial", "connections", "limit", "timeout", "max_bytes", "database", "subscriptions", "on_progress")


async def _ask(provider: "QueryProvider", name: str, params: Mapping[str, Any] | None, given: dict[str, Any]) -> Table:
    """Runs a query with keywords: parameters, whose names are the query's own, and options, of which `on_progress` lets it be stopped."""
    maybe = [one for one in given if one in _RUN]
    own = [known for one in (await provider.get(name))["parameters"] for known in (one["name"], *one["aliases"])] if maybe else []
    options = {"on_progress": None, **{one: given.pop(one) for one in maybe if one not in own}}
    return await provider._do("run", name, _js.out({**(params or {}), **given}, True), **options)


class Query:
    """A query of a provider: `await query(host_name="WS1", start="-7d", end=0, split_by="1d")`."""

    def __init__(self, provider: "QueryProvider", name: str, proxy: Any):
        self._provider = provider
        self._name = name
        self._js = proxy
        self.__doc__ = proxy.help()

    async def __call__(self, params: Mapping[str, Any] | None = None, /, **given: Any) -> Table:
        return await _ask(self._provider, self._name, params, given)

    def help(self) -> str:
        """What it asks, and its parameters."""
        return self._js.help()

    def render(self, **params: Any) -> str:
        """The text that would be sent."""
        try:
            return self._js.render(_js.out(params, True))
        except JsException as error:
            raise _js.translated(error) from None

    def __repr__(self) -> str:
        return self.help()


class Family:
    """Queries by their names; `dir(family)` lists them."""

    def __init__(self, provider: "QueryProvider", name: str, proxy: Any):
        self._provider = provider
        self._name = name
        self._js = proxy

    def __getattr__(self, name: str) -> Any:
        if name not in dir(self):
            raise AttributeError(f"there is no query `{name}` (there are: {', '.join(dir(self))})")
        return _member(self._provider, f"{self._name}.{name}", getattr(self._js, name))

    def __dir__(self) -> list[str]:
        return sorted(js.Object.keys(self._js))

    def __repr__(self) -> str:
        return f"<queries: {', '.join(dir(self))}>"


def _member(provider: "QueryProvider", name: str, proxy: Any) -> Query | Family:
    return (Query if proxy.typeof == "function" else Family)(provider, name, proxy)


class QueryProvider(Later):
    """A service that has logs, and the queries for it.

        provider = hb.QueryProvider("MSSentinel", settings=settings)
        await provider.connect(workspace="Prod", auth={"tenant": "…", "client_id": "…"})
        logons = await provider.WindowsSecurity.list_host_logons(host_name="WS1", start="-7d", end=0, split_by="1d")
        counts = await provider.query("SecurityEvent | summarize count() by EventID")

    Once it is connected, or `list` was called, each query is a function of its family, whose keywords are the parameters of the query
    and `split_by`, `on_partial`, `connections`, `limit`, `timeout`, `max_bytes`, `on_progress`. The guide lists environments and their options.

    Options: `queries` (more files of queries), `built_in`, `settings`, `query_time` (a `query_time` widget, or `{"start": …, "end": …}`),
    `proxy`, `timeout`, `max_bytes`.
    """

    _class = "QueryProvider"

    def __init__(self, environment: str, *, queries: Any = None, query_time: Any = None, **options: Any):
        super().__init__(environment, query_time=watched(query_time), **options)
        self._queries = list(queries) if isinstance(queries, (list, tuple)) else [queries] if queries is not None else []

    async def _object(self) -> Any:
        made = await super()._object()
        while self._queries:
            await _add(made, self._queries[0])
            self._queries.pop(0)
        return made

    async def connect(self, **options: Any) -> "QueryProvider":
        """Connects, instead of what was connected before. `files` are paths, those of folders, or a dict of contents by name."""
        return await self._connect("connect", options)

    async def add_connection(self, **options: Any) -> "QueryProvider":
        """Connects to one more; with several all are asked, and a column `Connection` says which one a row is of."""
        return await self._connect("addConnection", options)

    async def _connect(self, method: str, options: dict[str, Any]) -> "QueryProvider":
        found = _sources.files(options.get("files"))
        if found is not None:
            options["files"] = found
        # Names of files are names in the data.
        await self._do(method, convert=_nothing, maps=frozenset({"files"}), **options)
        return self

    async def disconnect(self) -> None:
        """Ends all connections, and forgets their tokens."""
        await _js.answered((await self._object()).disconnect())

    async def connections(self) -> list[dict[str, str]]:
        """The connections: `alias` and `label` of each."""
        return await _js.answered((await self._object()).connections())

    async def query(self, text: str, *, on_progress: Any = None, **options: Any) -> Table:
        """Runs a text in the service's own language. Options: `start` and `end`, `limit`, and those of queries."""
        return await self._do("query", text, on_progress=on_progress, **options)

    async def run(self, name: str, params: Mapping[str, Any] | None = None, /, **given: Any) -> Table:
        """Runs a query by its name, with the family or without; parameters may be keywords, too."""
        return await _ask(self, name, params, given)

    async def schema(self, *, connections: str | None = None, **options: Any) -> dict[str, dict[str, str]]:
        """Tables and the types of their columns, where the service tells; of Kusto also with `database`."""
        return await self._do("schema", convert=_plain, connections=connections, on_progress=None, **options)

    async def databases(self, *, connections: str | None = None) -> "list[str]":
        """Names of the databases of a Kusto cluster."""
        return await self._do("databases", connections=connections, on_progress=None)

    async def add(self, source: Any, *, name: str | None = None) -> "QueryProvider":
        """Adds a file of queries; a text is the name of one, or its address."""
        await _add(await self._object(), source, name)
        return self

    async def kept(self) -> "list[dict[str, Any]]":
        """The files that the browser keeps for providers (`keep`)."""
        return await _js.answered((await self._object()).kept())

    async def forget(self, name: str) -> bool:
        """Deletes kept files; whether there were any of that name."""
        return await _js.answered((await self._object()).forget(name))

    async def list(self) -> list[dict[str, Any]]:
        """All queries."""
        return await _js.answered((await self._object()).list())

    async def search(self, text: str = "", **options: Any) -> "list[dict[str, Any]]":
        """The queries that have all words of a text; `table` and `param` narrow them down."""
        return await self._do("search", text, **options)

    async def get(self, name: str) -> dict[str, Any]:
        """All that is known of a query."""
        return await _js.answered((await self._object()).get(name))

    async def help(self, name: str) -> str:
        """What a query asks, and its parameters."""
        return await _js.answered((await self._object()).help(name))

    async def render(self, name: str, /, **params: Any) -> str:
        """The text that would be sent."""
        return await _js.answered((await self._object()).render(name, _js.out(params, True)))

    def __repr__(self) -> str:
        return self._made.toString() if self._made is not None else f"QueryProvider({self._given[0][0]}, not connected)"

    def _repr_html_(self) -> str | None:
        return self._made._toHtml() or None if self._made is not None else None

    def __getattr__(self, name: str) -> Any:
        # What notebooks look for in all objects.
        if name.startswith("_"):
            raise AttributeError(f"QueryProvider has no `{name}`")
        if self._made is None:
            raise AttributeError(f"there is no family of queries `{name}` yet; say await provider.connect(…), or await provider.list()")
        try:
            found = getattr(self._made, name)
        except JsException as error:
            raise AttributeError(str(_js.translated(error))) from None
        if not isinstance(found, JsProxy):
            raise AttributeError(f"there is no family of queries `{name}`")
        return _member(self, name, found)

    def __dir__(self) -> "list[str]":
        families = js.Object.keys(self._made) if self._made is not None else []
        return sorted({*super().__dir__(), *families})


def _nothing(_: Any) -> None:
    return None


def _plain(found: Any) -> dict[str, dict[str, str]]:
    """Names of tables and columns as they are."""
    return found.to_py()


async def _add(provider: Any, source: Any, name: str | None = None) -> None:
    options: dict[str, Any] = {"name": name}
    given = await _sources.source(source, options, "readQueries")
    await _js.answered(provider.add(given, _js.options(options)), _nothing)
