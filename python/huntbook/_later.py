"""Objects of the library that users make before it is loaded."""

from collections.abc import Callable
from typing import Any

from pyodide.code import run_js
from pyodide.ffi import JsException, create_proxy

from . import _js

_watched = run_js("(get) => ({ get value() { return get(); } })")


class Later:
    """An object that is made in JavaScript when it is first used. What is wrong with its options is said then."""

    _class = ""

    def __init__(self, *args: Any, **options: Any):
        self._given = args, options
        self._made: Any = None

    async def _object(self) -> Any:
        library = await _js.start()
        if self._made is None:
            args, options = self._given
            try:
                self._made = getattr(library, self._class).new(*args, _js.options(options))
            except JsException as error:
                raise _js.translated(error) from None
        return self._made

    async def _do(self, method: str, /, *args: Any, convert: Callable[[Any], Any] = _js.back, maps: frozenset[str] = frozenset(), **options: Any) -> Any:
        return await _js.called(getattr(await self._object(), method), *args, convert=convert, maps=maps, **options)

    def __repr__(self) -> str:
        # Not its options, which may be keys.
        return f"<huntbook.{type(self).__name__}>"


def watched(shown: Any) -> Any:
    """A widget as JavaScript has it: an object whose `value` is what is chosen at the time."""
    return _watched(create_proxy(lambda: _js.out(shown.value))) if hasattr(shown, "observe") else shown
