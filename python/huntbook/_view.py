"""Charts, tables and widgets that are shown live, by anywidget."""

import array
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets
from pyodide.code import run_js
from pyodide.ffi import JsException

from . import _js
from ._sources import File
from ._table import Table

# The page fetches a table from here: no large message goes through the kernel.
_blob = run_js("(table) => URL.createObjectURL(new Blob([table.toArrow()]))")


def _pack(value: Any) -> Any:
    """A Python value for the page, as wire.js has it."""
    if value is None:
        # The kernel would lose it on the way.
        return {"$null": True}
    if isinstance(value, Table):
        return {"$blob": _blob(value._js)}
    if isinstance(value, dt.timedelta):
        return _js.span(value)
    if isinstance(value, dt.date):
        return {"$date": _js.ms(value)}
    if isinstance(value, Mapping):
        return {_js.camel(str(name)): _pack(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [_pack(one) for one in value]
    return value


def _unpack(value: Any, widget: Any = None) -> Any:
    """What the page says is chosen."""
    if value is _js.NULL:
        return None
    if isinstance(value, (bytes, memoryview)):
        return array.array("I", bytes(value)).tolist()
    if isinstance(value, list):
        return [_unpack(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$null" in value:
        return None
    if "$date" in value:
        return dt.datetime.fromtimestamp(value["$date"] / 1000, dt.UTC)
    if "$file" in value:
        return File(value["name"], bytes(value["$file"]))
    return {_js.snake(name): _unpack(one) for name, one in value.items()}


def _pack_value(value: Any, widget: Any = None) -> Any:
    """A chosen value for the page: numbers of rows are bytes there."""
    if isinstance(value, Mapping) and "rows" in value:
        rows = value["rows"]
        packed = {name: _numbers(some) for name, some in rows.items()} if isinstance(rows, Mapping) else _numbers(rows)
        return {**_pack({name: one for name, one in value.items() if name != "rows"}), "rows": packed}
    return _pack(value)


def _numbers(rows: Any) -> memoryview:
    return memoryview(array.array("I", rows).tobytes())


class View(anywidget.AnyWidget):
    """A chart, table or widget. `value` is what the user chose, or `None`; set it to choose.

        chart = hb.timeline(logs, group_by="Computer")
        chart.observe(lambda change: print(change.new), "value")
        chart.selected()                # the rows that are chosen, as a table
    """

    kind = traitlets.Unicode().tag(sync=True)
    data = traitlets.Any().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    edits = traitlets.List().tag(sync=True)
    # Whether the value is other than at first; if not, the page may remember one.
    touched = traitlets.Bool(False).tag(sync=True)
    value = traitlets.Any(None, allow_none=True).tag(sync=True, to_json=_pack_value, from_json=_unpack)

    def __init__(self, kind: str, data: Any, options: Mapping[str, Any], maps: frozenset[str]):
        # anywidget gives a widget's code two seconds to load.
        self._esm = f'const code = import("{_js.script()}");\nexport default {{ render: async (context) => (await code).default.render(context) }};\n'
        given = {name: value for name, value in options.items() if value is not None}
        self._made = self._make(kind, data, given, maps)
        self._shown = _shown(data)
        packed = {_js.camel(name): _pack(value) for name, value in given.items()}
        first = _js.back(getattr(self._made, "value", None))
        super().__init__(kind=kind, data=_pack(data), options=packed, value=first)
        self.observe(self._touch, "value")

    def _touch(self, change: Any) -> None:
        self.touched = True

    @staticmethod
    def _make(kind: str, data: Any, options: Mapping[str, Any], maps: frozenset[str]) -> Any:
        """The same in the kernel, where it is no element: it says what is wrong, and draws pictures."""
        if _js.library is None:
            # A widget may be the first thing in a notebook.
            if data is None:
                return None
            raise _js.invalid(f"{_js.snake(kind)}: the first argument should be a Table, such as await hb.read(file)")
        prepared = _js.options(dict(options), maps)
        try:
            make = getattr(_js.library, kind)
            return make(prepared) if data is None else make(_js.out(data, True), prepared)
        except JsException as error:
            raise _js.translated(error) from None

    def selected(self) -> Table | None:
        """The rows that are chosen, as a table; of several tables, those of the first that has some."""
        self._made.value = _js.out(self.value)
        return _js.back(self._made.selected())

    def update(self, data: Any) -> None:
        """Shows other data with the same options."""
        try:
            self._made.update(_js.out(data, True))
        except JsException as error:
            raise _js.translated(error) from None
        self._shown = _shown(data)
        self.data = _pack(data)

    def to_svg(self, width: int | None = None) -> str:
        """The chart as a picture, for a report."""
        return self._made.toSvg(_js.out({"width": width} if width else {}))

    def to_table(self) -> Table:
        """What is drawn, as a table."""
        return Table(self._made.toTable())

    def __repr__(self) -> str:
        return f"huntbook.{_js.snake(self.kind)}({self._shown})"

    # Of an entity graph. ---------------------------------------------------------

    def _edit(self, edit: str, **details: Any) -> None:
        if self.kind != "entityGraph":
            raise _js.invalid(f"only an entity graph can be changed, and this is {_js.snake(self.kind)}")
        change = json.dumps({"edit": edit, **{_js.camel(name): one for name, one in details.items() if one is not None}})
        try:
            self._made._edit(change)
        except JsException as error:
            raise _js.translated(error) from None
        self.edits = [*self.edits, change]

    def _add(self, edit: str, name: str, description: str | None = None, type: str | None = None, time: Any = None, attached_to: Any = None) -> None:
        at = time.isoformat() if isinstance(time, dt.date) else time
        self._edit(edit, name=name, description=description, type=type, time=at, attached_to=attached_to)

    def add_note(self, name: str, **details: Any) -> None:
        """Adds a note to an entity graph; `description`, `type`, `time` and `attached_to`, names of nodes, say more."""
        self._add("addNote", name, **details)

    def add_entity(self, name: str, **details: Any) -> None:
        """Adds an entity to an entity graph, like `add_note`."""
        self._add("addEntity", name, **details)

    def add_alert(self, name: str, **details: Any) -> None:
        """Adds an alert to an entity graph, like `add_note`."""
        self._add("addAlert", name, **details)

    def add_incident(self, name: str, **details: Any) -> None:
        """Adds an incident to an entity graph, like `add_note`."""
        self._add("addIncident", name, **details)

    def add_link(self, source: str, target: str) -> None:
        """Links two nodes of an entity graph."""
        self._edit("addLink", source=source, target=target)

    def remove_link(self, source: str, target: str) -> None:
        """Removes a link of an entity graph."""
        self._edit("removeLink", source=source, target=target)

    def remove_node(self, name: str) -> None:
        """Removes a node of an entity graph, with its links."""
        self._edit("removeNode", name=name)


def _shown(data: Any) -> str:
    if isinstance(data, Table):
        return f"{len(data)} rows"
    if isinstance(data, Mapping):
        return ", ".join(f"{name}: {_shown(one)}" for name, one in data.items())
    return ""
