"""The table that Python users see, over the one in JavaScript."""

import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyodide.ffi import JsException, to_js

from . import _js

# Rows made at a time when all are walked.
_PAGE = 4096


def _guard(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except JsException as error:
        raise _js.translated(error) from None


def _time(text: str | None) -> dt.datetime | None:
    # Python has microseconds; what is finer is cut off.
    return None if text is None else dt.datetime.fromisoformat(text)


class Table:
    """Named columns of equal length, outside of Python's memory.

    It comes from `await hb.read(…)` and all that computes, or of what there is already:

        table = await hb.Table.from_rows([{"host": "web01", "n": 1}])
        table = await hb.Table.of(data_frame)            # pandas, polars, pyarrow, arro3 …

    `len(table)`, `for row in table`, `table[5]`, `table["host"]`, `table[["host", "n"]]` and `table[10:20]` do what they look like.
    Rows are dicts; absent values are `None`, times are `datetime`s in UTC. `to_pandas()`, `to_arrow()` and `__arrow_c_stream__`
    hand it on.
    """

    def __init__(self, table: Any):
        if not hasattr(table, "toArrow"):
            raise _js.invalid("use await hb.read(…), or await hb.Table.of(…) for lists of dicts, data frames and Arrow")
        self._js = table

    # Made of what there is. ------------------------------------------------------

    @staticmethod
    async def of(data: Any) -> "Table":
        """A table of rows (dicts), columns (a dict of lists), Arrow IPC bytes, a pandas data frame, or what speaks Arrow."""
        if isinstance(data, Table):
            return data
        if isinstance(data, (bytes, bytearray, memoryview)):
            return await Table.from_arrow(data)
        if type(data).__module__.partition(".")[0] == "pandas":
            return await Table.from_pandas(data)
        if hasattr(data, "__arrow_c_stream__"):
            return await Table.from_arrow(_to_ipc(data))
        if isinstance(data, Mapping):
            return await Table.from_columns(data)
        return await Table.from_rows(data)

    @staticmethod
    async def from_arrow(data: Any) -> "Table":
        """A table of Arrow IPC bytes (stream or file)."""
        return await _made("fromArrow", to_js(memoryview(data)))

    @staticmethod
    async def from_rows(rows: Iterable[Mapping[str, Any]]) -> "Table":
        """A table of one row per dict, with the rules of JSON: nested dicts become `a.b`, mixed types text."""
        if isinstance(rows, (str, bytes)) or not isinstance(rows, Iterable):
            raise _js.invalid("a table is made of a list of dicts, a dict of lists, a data frame, or what speaks Arrow")
        lines = "\n".join(json.dumps(row, default=_plain) for row in rows)
        if not lines:
            return await _made("fromRows", to_js([]))
        return await _js.run("read", to_js(lines.encode()), format="ndjson")

    @staticmethod
    async def from_columns(columns: Mapping[str, Sequence[Any]]) -> "Table":
        """A table of lists of equal length, by column name."""
        names, lengths = list(columns), {len(values) for values in columns.values()}
        if len(lengths) > 1:
            raise _js.invalid(f"the columns have different lengths: {', '.join(f'`{name}` {len(columns[name])}' for name in names)}")
        return await Table.from_rows(dict(zip(names, row)) for row in zip(*columns.values()))

    @staticmethod
    async def from_pandas(frame: Any) -> "Table":
        """A table of a pandas data frame, without its index. pyarrow, where it is installed, keeps all types."""
        try:
            import pyarrow
        except ImportError:
            lines = frame.to_json(orient="records", lines=True, date_format="iso", date_unit="us")
            return await _js.run("read", to_js(lines.encode()), format="ndjson") if len(frame) else await Table.from_rows([])
        return await Table.from_arrow(_to_ipc(pyarrow.Table.from_pandas(frame, preserve_index=False)))

    # What it has. ----------------------------------------------------------------

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return _guard(lambda: self._js.numRows)

    @property
    def num_columns(self) -> int:
        """How many columns there are."""
        return self._js.numColumns

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema)

    @property
    def schema(self) -> dict[str, str]:
        """The types of the columns by name, in words: `"int64"`, `"text"`, `"timestamp"`, `"list<text>"` …"""
        return {column.name: column.type for column in self._js.columns}

    @property
    def report(self) -> dict[str, Any] | None:
        """How the table was read, with skipped rows and notes."""
        return _js.back(self._js.report)

    def __len__(self) -> int:
        return self.num_rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for start in range(0, self.num_rows, _PAGE):
            yield from self.rows(start, start + _PAGE)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self.column(key)
        if isinstance(key, slice):
            start, end, step = key.indices(len(self))
            return self.slice(start, end) if step == 1 else self.take(range(start, end, step))
        if isinstance(key, int):
            return self.row(key)
        return self.select(key)

    def rows(self, start: int = 0, end: int | None = None) -> list[dict[str, Any]]:
        """Rows from `start` up to but without `end`, as dicts; negative numbers count from the end."""
        start, end, _ = slice(start, end).indices(len(self))
        part = _guard(lambda: self._js.slice(start, end))
        rows = json.loads(part.toJson(_js.out({"bytes": True})).to_bytes()) if end > start else []
        part.free()
        times = [name for name, kind in self.schema.items() if kind == "timestamp"]
        for row in rows if times else ():
            for name in times:
                row[name] = _time(row[name])
        return rows

    def row(self, index: int) -> dict[str, Any]:
        """The row, counted from the end if negative."""
        length = len(self)
        if not -length <= index < length:
            raise IndexError(f"there is no row {index}: the table has {length} rows, counted from 0")
        return self.rows(index % length, index % length + 1)[0]

    def head(self, count: int = 5) -> "Table":
        """The first rows."""
        return self.slice(0, count)

    def column(self, name: str) -> list[Any]:
        """The values of a column."""
        return [row[name] for row in self.select([name]).rows()]

    # Handed on. ------------------------------------------------------------------

    def to_list(self) -> list[dict[str, Any]]:
        """All rows as dicts."""
        return self.rows()

    def to_dict(self) -> dict[str, list[Any]]:
        """The values of all columns by name."""
        rows = self.rows()
        return {name: [row[name] for row in rows] for name in self.columns}

    def to_arrow(self) -> bytes:
        """The table as an Arrow IPC stream, which pyarrow, arro3, polars, DuckDB and others read."""
        return _guard(lambda: self._js.toArrow()).to_bytes()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return _from_ipc(self.to_arrow()).__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> Any:
        """The table as a pandas data frame; pyarrow, where it is installed, keeps all types."""
        import pandas

        try:
            import pyarrow
        except ImportError:
            return pandas.DataFrame(self.to_dict(), columns=self.columns)
        return pyarrow.ipc.open_stream(self.to_arrow()).read_all().to_pandas()

    def to_csv(self, **options: Any) -> str:
        """The table as CSV."""
        return _guard(lambda: self._js.toCsv(_js.out(options)))

    def to_json(self, **options: Any) -> str:
        """The table as JSON, an array of objects; `shape="ndjson"` gives a line for each."""
        return _guard(lambda: self._js.toJson(_js.out(options)))

    # Other tables of it. ---------------------------------------------------------

    def select(self, names: str | Sequence[str]) -> "Table":
        """The table with these columns, in this order."""
        return Table(_guard(lambda: self._js.select(_js.out([names] if isinstance(names, str) else list(names)))))

    def rename(self, old: str, new: str) -> "Table":
        """The table with column `old` called `new`."""
        return Table(_guard(lambda: self._js.rename(old, new)))

    def slice(self, start: int = 0, end: int | None = None) -> "Table":
        """Rows from `start` up to but without `end`, without copying; negative numbers count from the end."""
        return Table(_guard(lambda: self._js.slice(*slice(start, end).indices(len(self))[:2])))

    def take(self, rows: Iterable[int]) -> "Table":
        """These rows, in this order, such as those of a chart's `value`."""
        return Table(_guard(lambda: self._js.take(to_js(list(rows)))))

    def filter(self, condition: Mapping[str, Any] | Callable[[dict[str, Any]], Any]) -> "Table":
        """The rows for which a condition holds: a function of a row, or, much faster, such as

            table.filter({"column": "EventID", "eq": 4688})
            table.filter({"and": [{"column": "Account", "starts_with": "adm"}, {"column": "SrcIp", "in_network": "10.0.0.0/8"}]})
            table.filter({"column": "TimeGenerated", "between": [start, end]})     # datetimes, or ISO 8601
        """
        if callable(condition):
            return self.take([index for index, row in enumerate(self) if condition(row)])
        return Table(_guard(lambda: self._js.filter(_js.out(condition))))

    def sort(self, *keys: str | Mapping[str, Any], descending: bool = False) -> "Table":
        """The rows sorted by columns; `{"column": …, "descending": True}` for one of them. Absent values come last."""
        listed = [{"column": key, "descending": descending} if isinstance(key, str) else dict(key) for key in keys]
        return Table(_guard(lambda: self._js.sort(_js.out(listed))))

    def concat(self, other: "Table") -> "Table":
        """The rows of both, with the columns of both."""
        return Table(_guard(lambda: self._js.concat(other._js)))

    def pivot(self, kind: str, *, column: str) -> Any:
        """What can be done with the entities in a column: `list()` says, and each is a function by its name.

            await table.pivot("IpAddress", column="SrcIp").ip_info(join="left")
        """
        return _js.back(_guard(lambda: self._js.pivot(kind, _js.out({"column": column}))))

    def free(self) -> None:
        """Gives the memory back now, and not when nothing knows the table any more."""
        self._js.free()

    def __repr__(self) -> str:
        return _guard(lambda: self._js.toString())

    def _repr_html_(self) -> str:
        return _guard(lambda: self._js._toHtml())


async def _made(how: str, data: Any) -> Table:
    library = await _js.start()
    try:
        return Table(await getattr(library.Table, how)(data))
    except JsException as error:
        raise _js.translated(error) from None


def _plain(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _to_ipc(data: Any) -> bytes:
    """Arrow IPC bytes of what speaks Arrow, by whichever library there is."""
    buffer = io.BytesIO()
    try:
        import pyarrow
    except ImportError:
        try:
            from arro3.io import write_ipc_stream
        except ImportError:
            raise _js.invalid("this needs pyarrow or arro3: %pip install arro3-core arro3-io") from None
        write_ipc_stream(data, buffer, compression=None)
        return buffer.getvalue()
    table = data if isinstance(data, pyarrow.Table) else pyarrow.table(data)
    with pyarrow.ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def _from_ipc(data: bytes) -> Any:
    """An object that gives Arrow's C stream, of IPC bytes."""
    try:
        import pyarrow
    except ImportError:
        try:
            from arro3.io import read_ipc_stream
        except ImportError:
            raise ImportError("this needs pyarrow or arro3: %pip install arro3-core arro3-io") from None
        return read_ipc_stream(io.BytesIO(data))
    return pyarrow.ipc.open_stream(data).read_all()
