"""What has methods in JavaScript: entities, pivots, pipelines and settings."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pyodide.code import run_js
from pyodide.ffi import JsException, JsProxy

from . import _js, _sources

# Whether it is more than fields.
is_thing = run_js("(value) => Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype) !== null || Object.values(value).some((one) => typeof one === 'function')")
_names = run_js("""(value) => {
  const names = new Set();
  for (let at = value; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) Object.getOwnPropertyNames(at).forEach((name) => names.add(name));
  return [...names].filter((name) => !/^(_|constructor$|toString$|toJSON$)/.test(name));
}""")
_is = run_js("(value, Class) => value instanceof Class")


class Thing:
    """An object of the library. Its fields and methods have Python's names: `address.ip_info()`; `dir(address)` lists them."""

    def __init__(self, proxy: Any):
        self._js = proxy

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        # Fields of entities are called as alerts have them, such as `HostName`.
        own = next((one for one in _names(self._js) if name in (one, _js.snake(one))), None)
        if own is None:
            raise AttributeError(f"{self!r} has no `{name}`")
        try:
            found = getattr(self._js, own)
        except JsException as error:
            raise _js.translated(error) from None
        if isinstance(found, JsProxy) and found.typeof == "function":
            return method(found)
        return _js.back(found)

    def __dir__(self) -> list[str]:
        return sorted(_js.snake(name) for name in _names(self._js))

    def __repr__(self) -> str:
        # Settings say themselves what may be shown.
        bundle = getattr(self._js, "_toMime", None)
        return getattr(bundle(), "text/plain") if bundle else f"<huntbook: {', '.join(dir(self))}>"

    def _repr_html_(self) -> str | None:
        html = getattr(self._js, "_toHtml", None)
        return html() if html else None


def method(function: Any) -> Callable[..., Any]:
    """A function of an object's, which may have to be awaited; keywords are its options."""

    def call(*args: Any, **options: Any) -> Any:
        given = [_js.out(one, True) for one in args]
        if options:
            given.append(_js.options(options))
        try:
            result = function(*given)
        except JsException as error:
            raise _js.translated(error) from None
        return _js.answered(result) if inspect.isawaitable(result) else _js.back(result)

    return call


class Entity(Thing):
    """What events are about: an account, host, file, address … `await hb.entity("IpAddress", "203.0.113.7")` makes one.

    Its fields are attributes, and so is what can be done with it: `await address.ip_info()`; `address.pivots` lists that.
    """

    @staticmethod
    async def from_alert(alert: Any) -> Any:
        """An alert with its entities, of a row of a table; of a table, a list of all of them."""
        library = await _js.start()
        given = _js.out(alert, True) if isinstance(alert, Mapping) else await _sources.table(alert)
        return await _js.answered(library.Entity.fromAlert(given))


class Pipeline(Thing):
    """Steps that are done one after the other with a table; `await hb.pipeline([…])` makes one, and `await flow.run(table)` does them."""

    @staticmethod
    async def from_yaml(text: str, *, name: str | None = None) -> list["Pipeline"]:
        """The pipelines of msticpy's YAML, or the one called `name`."""
        library = await _js.start()
        return await _js.answered(library.Pipeline.fromYaml(text, _js.options({"name": name})))


class QueryStore(Thing):
    """Queries of log stores in msticpy's YAML: `store.list()`, `store.search("logon")`, `store.help(name)`, `store.render(name, …)`."""

    @staticmethod
    async def load(*sources: Any) -> "QueryStore":
        """A store of the queries in files; a text is the name of one, or its address."""
        store = await _js.answered((await _js.start()).QueryStore.load())
        for source in sources:
            await store.add(source)
        return store

    @staticmethod
    async def from_yaml(text: str, *, name: str | None = None) -> "QueryStore":
        """A store of the queries in a text; `name` is what errors call it."""
        library = await _js.start()
        return await _js.answered(library.QueryStore.fromYaml(text, _js.options({"name": name})))

    @staticmethod
    async def built_in(environment: str) -> "QueryStore":
        """The queries for an environment that come with huntbook."""
        return await _js.answered((await _js.start()).QueryStore.builtIn(environment))

    async def add(self, source: Any, *, name: str | None = None) -> "QueryStore":
        """Adds the queries of a file, all or none."""
        options: dict[str, Any] = {"name": name}
        given = await _sources.source(source, options, "readQueries")
        await _js.answered(self._js.add(given, _js.options(options)))
        return self

    def render(self, query: str, /, **params: Any) -> str:
        """The text of a query with values in it, each escaped for its language and for where it stands.

            store.render("WindowsSecurity.list_host_events", host_name="WS1", start="-1d", end=datetime.now(UTC))
        """
        try:
            return self._js.render(query, _js.out(params, True))
        except JsException as error:
            raise _js.translated(error) from None


# Which class is which there.
_CLASSES = {"Entity": Entity, "Pipeline": Pipeline, "QueryStore": QueryStore}


def thing(proxy: Any) -> Thing:
    """The Python object for one of JavaScript's."""
    for name, Class in _CLASSES.items():
        if _js.library is not None and _is(proxy, getattr(_js.library, name)):
            return Class(proxy)
    return Thing(proxy)
