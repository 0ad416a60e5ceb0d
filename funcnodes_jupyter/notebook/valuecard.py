"""A value of a port as HTML in the output of a cell: its picture, or the first rows of its table."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.worker.tables import TABLE_MIME

PREVIEW_SECONDS = 2.0
"""How long a busy worker is waited for."""
MOST_ROWS = 10


def value_html(remote: Remote, uuid: str, io: str) -> str:
    """What the value of a port looks like; empty when it has no such look, or does not come soon.

    HTML that a value brings itself is left out: it may come from a graph of somebody else's.
    """
    try:
        preview: Mapping[str, Any] = remote.command("get_io_value", {"node": uuid, "io": io}, PREVIEW_SECONDS)
    except FuncNodesError:
        return ""
    data = preview["data"]
    if isinstance(data.get("image/png"), str):
        return f'<img src="data:image/png;base64,{escape(data["image/png"])}" style="max-width: 100%">'
    return _table_html(data[TABLE_MIME]) if TABLE_MIME in data else ""


def _table_html(page: Mapping[str, Any]) -> str:
    # Of the class that notebooks know from pandas, so that it looks like their other tables.
    head = "".join(f"<th>{escape(str(column['name']))}</th>" for column in page["columns"])
    shown = page["rows"][:MOST_ROWS]
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in shown)
    size = f"{page['total_rows']:,} rows × {page['total_columns']:,} columns"
    return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{size}</p>'
