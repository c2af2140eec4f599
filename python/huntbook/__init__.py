"""The threat hunter's toolkit for Python notebooks in the browser (Pyodide, such as JupyterLite).

    import huntbook as hb

    logs = await hb.read("process-events.csv")
    iocs = await hb.extract_iocs(logs)
    hb.timeline(logs, group_by="Computer")

Everything that computes is awaited. Tables come from files, lists of dicts, pandas, and whatever speaks Arrow, and go back there.
Options are keywords. What goes wrong is a `HuntbookError` that says what to do.
"""

import sys as _sys

if _sys.platform != "emscripten":
    raise ImportError(
        "huntbook for Python runs in the browser, in Pyodide: in JupyterLite, or any page with Pyodide, `%pip install huntbook` and "
        "import it there. Here, outside of it, the npm package huntbook does the same in Node."
    )

from importlib.metadata import version as _version

from ._functions import *  # noqa: F403
from ._functions import __all__ as _functions
from ._js import HuntbookError
from ._providers import QueryProvider
from ._table import Table
from ._thing import Entity, Pipeline, QueryStore
from ._uploads import AzureBlobStorage, LogAnalyticsUploader, SplunkUploader

__version__ = _version("huntbook")
__all__ = [
    "AzureBlobStorage",
    "Entity",
    "HuntbookError",
    "LogAnalyticsUploader",
    "Pipeline",
    "QueryProvider",
    "QueryStore",
    "SplunkUploader",
    "Table",
    "View",
    *_functions,
]


def __getattr__(name: str):
    # anywidget takes a while to load, and is not needed before something is shown.
    if name == "View":
        from ._view import View

        return View
    raise AttributeError(f"module 'huntbook' has no attribute {name!r}")
