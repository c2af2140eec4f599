"""The JavaScript library, and values on their way to it and back."""

import asyncio
import datetime as dt
import functools
import inspect
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import js
import pyodide.ffi
from pyodide.code import run_js
from pyodide.ffi import JsException, JsProxy, create_proxy, to_js

# Pyodide before 0.28 has no null of JavaScript's.
NULL = getattr(pyodide.ffi, "jsnull", None)


class HuntbookError(Exception):
    """What every function of huntbook raises. `code` is for programs and does not change, such as `"badInput"`.

    `partial` is the table of what a query has given nevertheless, and `sent` says what of an upload is there; else they are None.
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.partial: Any = None
        self.sent: Any = None


# Where users know it from.
HuntbookError.__module__ = __package__


def invalid(message: str) -> HuntbookError:
    """An error of the caller."""
    return HuntbookError("invalidArgument", message)


def translated(error: JsException) -> Exception:
    """A HuntbookError for what JavaScript threw, if it was one."""
    thrown = getattr(error, "js_error", error)
    if getattr(thrown, "name", "") != "HuntbookError":
        return error
    # Options and functions are named as Python has them; columns keep their names.
    names = r"\b[a-z]+[A-Z]\w*(?=\()"
    if thrown.code == "invalidArgument":
        names += r"|(?<=option `)\w+|(?<=mean `)\w+"
        if "no option `" in thrown.message:
            names += r"|(?<=[:,] )[a-z]+[A-Z]\w*(?=[,)])"
    message = re.sub(names, lambda found: snake(found[0]), thrown.message)
    made = HuntbookError(thrown.code, message)
    for name in ("partial", "sent"):
        setattr(made, name, back(getattr(thrown, name, None)))
    return made


def _address(name: str, kind: str) -> str:
    """The address of a file of this package, for pages and workers of the same origin."""
    content = to_js(files(__package__).joinpath(name).read_bytes())
    return js.URL.createObjectURL(js.Blob.new(to_js([content]), to_js({"type": kind}, dict_converter=js.Object.fromEntries)))


_starting: asyncio.Future | None = None
library: Any = None


@functools.cache
def script() -> str:
    """The address of the library."""
    return _address("huntbook.js", "text/javascript")


async def start() -> Any:
    """The library, which is loaded at the first call."""
    global _starting
    if _starting is None:
        _starting = asyncio.ensure_future(_start())
    try:
        return await asyncio.shield(_starting)
    except Exception:
        _starting = None
        raise


async def _start() -> Any:
    global library
    loaded = await run_js("(address) => import(address)")(script())
    parquet = {"module": _address("parquet.js", "text/javascript"), "wasm": _address("parquet_bg.wasm", "application/wasm")}
    packs = create_proxy(lambda name: files(__package__).joinpath("queries", name).read_text("utf-8"))
    await loaded.init(to_js({"parquet": parquet, "queries": packs}, dict_converter=js.Object.fromEntries))
    library = loaded
    return library


# Names. ------------------------------------------------------------------------


def snake(name: str) -> str:
    """`groupBy` as Python has it: `group_by`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def camel(name: str) -> str:
    """`group_by` as JavaScript has it: `groupBy`."""
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


# Values. -----------------------------------------------------------------------


def ms(time: dt.datetime | dt.date) -> float:
    """Milliseconds since 1970. A time without a zone is UTC, as in the logs."""
    if not isinstance(time, dt.datetime):
        time = dt.datetime(time.year, time.month, time.day)
    return (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).timestamp() * 1000


def span(length: dt.timedelta) -> str:
    """A length of time as options have it."""
    return f"{length.total_seconds():g}s"


def out(value: Any, maps: bool = False) -> Any:
    """A Python value for JavaScript; keys of dicts become camelCase, but not where `maps`: there they are names in the data."""
    return to_js(_prepared(value, maps), dict_converter=js.Object.fromEntries)


def options(given: dict[str, Any], maps: frozenset[str] = frozenset()) -> Any:
    """Keywords as an object of options; those of `maps` have keys that are names in the data."""
    made = {camel(name): out(value, name in maps) for name, value in given.items() if value is not None}
    return to_js(made, dict_converter=js.Object.fromEntries)


def _prepared(value: Any, maps: bool) -> Any:
    if value is None:
        return NULL
    if hasattr(value, "_js"):
        return value._js
    if isinstance(value, dt.timedelta):
        return span(value)
    if isinstance(value, dt.date):
        return js.Date.new(ms(value))
    if isinstance(value, re.Pattern):
        return js.RegExp.new(value.pattern, "i" if value.flags & re.IGNORECASE else "")
    if isinstance(value, dict):
        return {str(name) if maps else camel(str(name)): _prepared(one, maps) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [_prepared(one, maps) for one in value]
    if callable(value) and not isinstance(value, JsProxy):
        return create_proxy(_callback(value))
    return value


def _callback(function: Callable[..., Any]) -> Callable[..., Any]:
    """A Python function, also an async one, that JavaScript calls; what it gives is data."""

    async def later(result: Any) -> Any:
        return out(await result, True)

    def call(*args: Any) -> Any:
        result = function(*[back(one) for one in args])
        return asyncio.ensure_future(later(result)) if inspect.isawaitable(result) else out(result, True)

    return call


def back(value: Any) -> Any:
    """What JavaScript gave, for Python: tables, dicts with keys in snake_case, lists, times, and so on."""
    from ._table import Table
    from ._thing import is_thing, thing

    if value is None or value is NULL:
        return None
    if not isinstance(value, JsProxy):
        return value
    if hasattr(value, "toArrow"):
        return Table(value)
    kind = js.Object.prototype.toString.call(value)[8:-1]
    if kind == "Date":
        return dt.datetime.fromtimestamp(value.getTime() / 1000, dt.UTC)
    if kind == "Array":
        return [back(one) for one in value]
    if kind.endswith("Array"):
        return value.to_py().tolist()
    if is_thing(value):
        return thing(value)
    return {snake(name): back(one) for name, one in js.Object.entries(value)}


async def answered(promise: Any, convert: Callable[[Any], Any] = back) -> Any:
    """What a promise gives, or the error."""
    try:
        return convert(await promise)
    except JsException as error:
        raise translated(error) from None


async def run(fn: str, /, *args: Any, maps: frozenset[str] = frozenset(), **given: Any) -> Any:
    """Calls a function of the library. If this is cancelled, so is the work."""
    return await called(getattr(await start(), fn), *args, maps=maps, **given)


async def called(function: Any, /, *args: Any, maps: frozenset[str] = frozenset(), convert: Callable[[Any], Any] = back, **given: Any) -> Any:
    """Calls a function or method of JavaScript's in the same way."""
    stop = js.AbortController.new()
    shown = given.get("on_progress")
    if hasattr(shown, "observe"):
        # A widget such as `hb.progress()`.
        given["on_progress"] = lambda part: setattr(shown, "value", part * shown.options.get("max", 1))
    try:
        return await answered(function(*args, options({**given, "signal": stop.signal} if "on_progress" in given else given, maps)), convert)
    except asyncio.CancelledError:
        stop.abort()
        raise
