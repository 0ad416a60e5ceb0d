"""The value of an output as a file, in the form that the file's ending says."""

from __future__ import annotations

import base64
import csv
import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.ports import fetch
from funcnodes_jupyter.notebook.remote import VALUE_TIMEOUT
from funcnodes_jupyter.wire.parcels import pickled


@dataclass(frozen=True, slots=True)
class Target:
    """An output that is asked for.

    Attributes:
        text: How it was asked for.
        node: The node's uuid.
        io: Its output.
        file: Where the value goes; None prints it.
    """

    text: str
    node: str
    io: str
    file: Path | None


def check_target(target: Target) -> None:
    """Refuse what could not be written in the end.

    Raises:
        ValueError: the ending says nothing, or the folder is not there.
    """
    if target.file is None:
        return
    if target.file.suffix not in _FORMS:
        raise ValueError(f"{target.file.name}: a result ends in {', '.join(_FORMS)}")
    if not target.file.parent.is_dir():
        raise ValueError(f"there is no folder {target.file.parent}")


def write_result(flow: Flow, target: Target) -> None:
    """Write the value, or print it as JSON.

    Raises:
        FuncNodesError: there is none, or it cannot be brought here.
        TypeError, ValueError: it has no such form.
        OSError: it cannot be written.
    """
    if target.file is None:
        sys.stdout.buffer.write(_as_json(flow, target) + b"\n")
        sys.stdout.buffer.flush()
    else:
        target.file.write_bytes(_FORMS[target.file.suffix](flow, target))


def _value(flow: Flow, target: Target) -> Any:
    return fetch(flow._remote, target.node, target.io)


def _as_json(flow: Flow, target: Target) -> bytes:
    question = {"node": target.node, "io": target.io, "format": "json"}
    found = flow._remote.command("get_io_full_value", question, VALUE_TIMEOUT)
    data = getattr(found, "data", None)
    return bytes(data) if isinstance(data, (bytes, memoryview)) else json.dumps(found, ensure_ascii=False).encode()


def _as_csv(flow: Flow, target: Target) -> bytes:
    value = _value(flow, target)
    if hasattr(value, "to_csv"):
        index = getattr(getattr(value, "index", None), "name", None) is not None or not hasattr(value, "columns")
        return str(value.to_csv(index=index)).encode()
    rows = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(rows, Mapping) or not isinstance(rows, (list, tuple)):
        raise TypeError(f"a {type(value).__name__} is no table: write it as .json or .pkl")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    records = [row for row in rows if isinstance(row, Mapping)]
    if records and len(records) == len(rows):
        names = list(dict.fromkeys(name for row in records for name in row))
        writer.writerow(names)
        writer.writerows([row.get(name, "") for name in names] for row in records)
    else:
        writer.writerows(row if isinstance(row, (list, tuple)) else [row] for row in rows)
    return text.getvalue().encode()


def _as_png(flow: Flow, target: Target) -> bytes:
    preview = flow._remote.command("get_io_value", {"node": target.node, "io": target.io}, VALUE_TIMEOUT)
    data = preview["data"].get("image/png")
    if data is None:
        raise TypeError("it shows no picture: write it as .json or .pkl")
    return base64.b64decode(data)


def _as_pickle(flow: Flow, target: Target) -> bytes:
    return pickled(_value(flow, target))


_FORMS: Mapping[str, Callable[[Flow, Target], bytes]] = {
    ".json": _as_json,
    ".csv": _as_csv,
    ".png": _as_png,
    ".pkl": _as_pickle,
    ".pickle": _as_pickle,
}
