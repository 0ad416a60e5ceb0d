"""Pictures and tables that nodes show, in the form in which they stand in a picture of the graph."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.convert.picture import look
from funcnodes_jupyter.convert.picture.drawing import Image, Table
from funcnodes_jupyter.convert.picture.pngs import fitted_png
from funcnodes_jupyter.wire.events import NodeState
from funcnodes_jupyter.worker.picture.drawn import Preview, preview_port
from funcnodes_jupyter.worker.picture.graph import Graph
from funcnodes_jupyter.worker.tables import TABLE_MIME

PortKey = tuple[str, str]
Bundle = Mapping[str, Any]

MOST_IMAGES = 8
IMAGE_BYTES = 200_000
_MOST_TABLES = 40
_MOST_NODES = 400
"""A graph of more nodes is drawn from afar, where no preview can be seen."""
_PNG = "image/png"
_TABLE_TYPES = ("DataFrame", "Series", "ndarray")
_MOST_COLUMNS = 8


def previewed(graph: Graph, kept: Mapping[PortKey, Bundle]) -> list[PortKey]:
    """Node and port of what is worth showing: some pictures, and more tables.

    Args:
        kept: What was shown last. Ports that have no value any more, as after a restart, show it on.
    """
    if len(graph.nodes) > _MOST_NODES:
        return []
    images = [port for node in graph.nodes.values() if (port := _shown(node, kept, images=True))]
    tables = [port for node in graph.nodes.values() if (port := _shown(node, kept, images=False))]
    # Tables first: they are quick to make, and pictures are not.
    return [*tables[:_MOST_TABLES], *images[:MOST_IMAGES]]


def preview_of(node: NodeState, data: Bundle) -> Preview | None:
    """What a bundle shows of a node; None when that is nothing which can be drawn."""
    if isinstance(data.get(_PNG), str):
        return _image(node, data[_PNG])
    try:
        return _table(data[TABLE_MIME])
    except (KeyError, TypeError, ValueError, AttributeError):  # no table, or one that somebody else made
        return None


def _shown(node: NodeState, kept: Mapping[PortKey, Bundle], *, images: bool) -> PortKey | None:
    port = preview_port(node)
    if port is None:
        return None
    key = node.uuid, port.id
    if port.value is None:
        last = kept.get(key, {})
        is_image, is_table = _PNG in last, TABLE_MIME in last
    else:
        is_image = port.kind in ("figure", "image") or port.value.type in ("Figure", "Axes", "Image")
        is_table = port.kind in ("table", "array") or port.value.type in _TABLE_TYPES
    return key if (is_image if images else is_table and not is_image) else None


def _image(node: NodeState, text: str) -> Image | None:
    try:
        png = base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None
    width, height = node.size or (look.PICTURE_WIDTH, look.IMAGE_HEIGHT)
    small = fitted_png(png, width, height, IMAGE_BYTES)
    return Image(small) if small is not None else None


def _table(page: Mapping[str, Any]) -> Table:
    columns = page["columns"][:_MOST_COLUMNS]
    rows = [tuple(map(str, row[:_MOST_COLUMNS])) for row in page["rows"][: look.TABLE_ROWS]]
    names = [str(column["name"]) for column in columns]
    if page["total_columns"] > len(columns):
        names, rows = [*names, "…"], [(*row, "") for row in rows]
    right = tuple(column.get("align") == "right" for column in columns)
    return Table(tuple(names), tuple(rows), right, _range(len(rows), int(page["total_rows"])))


def _range(shown: int, total: int) -> str:
    if shown >= total:
        return {0: "no rows", 1: "1 row"}.get(total, f"{total:,} rows")
    return f"1–{shown} of {total:,}"
