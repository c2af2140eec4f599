"""Where data comes from: what Python users give, as the JavaScript library takes it."""

import os
from typing import Any

import js
from pyodide.ffi import to_js

from . import _js
from ._table import Table


class File:
    """A file that the user chose in a widget, or that was downloaded; `await hb.read(file)` takes it."""

    def __init__(self, name: str, content: bytes):
        self.name = name
        self.content = content

    def __repr__(self) -> str:
        return f"File({self.name!r}, {len(self.content)} bytes)"


async def table(data: Any) -> Any:
    """A table of JavaScript's of whatever is one, or can be made one."""
    return (await Table.of(data))._js


def _name(options: dict[str, Any], name: str) -> None:
    """Errors quote it, and it helps to find the format."""
    if "name" in options and options["name"] is None:
        options["name"] = os.path.basename(name)


async def source(data: Any, options: dict[str, Any], fn: str) -> Any:
    """A text, bytes, a file, an address or a table for the function `fn` of JavaScript; `options` gets the file's name."""
    # As usual in Python, what reads takes a text for the name of a file.
    if isinstance(data, str) and fn.startswith("read"):
        return _address_or_file(data, options)
    if isinstance(data, str):
        return data
    if isinstance(data, os.PathLike):
        return _file(os.fspath(data), options)
    if hasattr(data, "content") and hasattr(data, "name"):
        _name(options, data.name)
        return to_js(data.content)
    if hasattr(data, "read"):
        content = data.read()
        if name := getattr(data, "name", None):
            _name(options, str(name))
        return to_js(content.encode() if isinstance(content, str) else content)
    if isinstance(data, (bytes, bytearray, memoryview)):
        return to_js(data)
    if fn == "readSettings":
        return _js.out(data, True)
    made = await table(data)
    return made.toArrow() if fn == "read" else made


def _address_or_file(text: str, options: dict[str, Any]) -> Any:
    if text.startswith(("http://", "https://")):
        return js.URL.new(text)
    if "\n" in text:
        raise _js.invalid("this is a text, and no name of a file; for its bytes say text.encode()")
    return _file(text, options)


def _file(path: str, options: dict[str, Any]) -> Any:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise _js.HuntbookError("network", f"{path}: cannot be read ({error.strerror}); check the name, here {os.getcwd()}") from None
    _name(options, path)
    return to_js(content)


async def rows(data: Any) -> Any:
    """What rows are taken of, for JavaScript: a table, a file, several, or all files in a folder."""
    found = files(data)
    return await table(data) if found is None else found


def files(data: Any) -> Any:
    """An address, a file, several, or those in a folder, for JavaScript; None for what is none of these."""
    if isinstance(data, str) and data.startswith(("http://", "https://")):
        return js.URL.new(data)
    if isinstance(data, (str, os.PathLike)) and os.path.isdir(data):
        return to_js([_named(one) for one in sorted(one.path for one in os.scandir(data) if one.is_file() and not one.name.startswith("."))])
    if isinstance(data, (str, os.PathLike, File)):
        return _named(data)
    if isinstance(data, (list, tuple)) and data and all(isinstance(one, (str, os.PathLike, File)) for one in data):
        return to_js([_named(one) for one in data])
    return None


def _named(file: Any) -> Any:
    """A file of JavaScript's, with its name."""
    if isinstance(file, File):
        return js.File.new(to_js([file.content]), file.name)
    options: dict[str, Any] = {"name": None}
    return js.File.new(to_js([_file(os.fspath(file), options)]), options["name"])
