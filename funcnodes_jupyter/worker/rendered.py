"""The form in which a pack wants its values drawn, made of what the value gives.

This runs code of the value and of the pack's encoders, so it belongs in the main thread, between two nodes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from funcnodes_jupyter.core.byteencoder import ByteEncoder
from funcnodes_jupyter.core.jsonencoder import JSONEncoder
from funcnodes_jupyter.worker.tables import PREVIEW_COLUMNS, PREVIEW_ROWS, TABLE_MIME, is_table, table_page

Bundle = dict[str, Any]

_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_STARTS = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


def rendered(value: Any, renderer: str, bundle: Bundle) -> Bundle:
    """``bundle`` with the form that ``renderer`` draws, if ``value`` has one and it is not there.

    Of a renderer that the editor does not have, it is the value as JSON: the pack's own browser code draws it.
    """
    make = _FORMS.get(renderer, _json)
    return {**make(value, bundle), **bundle}


def _picture(value: Any, bundle: Bundle) -> Bundle:
    if any(mime in bundle for mime in _PICTURES):
        return {}
    found = ByteEncoder.encode(value, preview=True)
    if found.mime in _PICTURES:
        return {str(found.mime): _for_wire(found.data, str(found.mime))}
    data = _unpacked(found.data, str(found.mime))
    mime = next((mime for start, mime in _STARTS if data.startswith(start)), None)
    if mime is not None:
        return {mime: _for_wire(data, mime)}
    return {"image/svg+xml": data.decode("utf-8", "replace")} if data.lstrip().startswith(b"<svg") else {}


def _for_wire(data: bytes, mime: str) -> str:
    return data.decode("utf-8", "replace") if mime == "image/svg+xml" else base64.b64encode(data).decode()


def _unpacked(data: bytes, mime: str) -> bytes:
    """What an encoder to JSON wrote as base64, with or without the head of a data URL."""
    if mime not in ("application/json", "text/plain"):
        return data
    text = data.strip().strip(b'"')
    try:
        return base64.b64decode(text.rpartition(b",")[2], validate=True)
    except binascii.Error:
        return data


def _table(value: Any, bundle: Bundle) -> Bundle:
    if TABLE_MIME in bundle:
        return {}
    table = _as_table(value)
    return (
        {} if table is None else {TABLE_MIME: msgspec.to_builtins(table_page(table, 0, PREVIEW_ROWS, PREVIEW_COLUMNS))}
    )


def _as_table(value: Any) -> Any:
    """A table of what says that it is one: itself, what ``to_pandas`` gives, or the rows or columns of its JSON."""
    if is_table(value):
        return value
    convert = getattr(value, "to_pandas", None)
    made = convert() if callable(convert) else None
    if made is not None and is_table(made):
        return made
    import pandas as pd

    rows = JSONEncoder.apply_custom_encoding(value, preview=True)
    return pd.DataFrame(rows) if isinstance(rows, list | dict) else None


def _html(value: Any, bundle: Bundle) -> Bundle:
    return {"text/html": value} if isinstance(value, str) else {}


def _json(value: Any, bundle: Bundle) -> Bundle:
    return {} if "application/json" in bundle else {"application/json": JSONEncoder.apply_custom_encoding(value, True)}


def _nothing(value: Any, bundle: Bundle) -> Bundle:
    return {}


_FORMS: Mapping[str, Callable[[Any, Bundle], Bundle]] = {
    **dict.fromkeys(("image", "svg", "figure", "plot"), _picture),
    **dict.fromkeys(("table", "array"), _table),
    "html": _html,
    **dict.fromkeys(("text", "string", "str", "number", "float", "int", "boolean", "bool"), _nothing),
}
