"""What is saved of a port: only what differs from its class."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.encoding import NotEncodableError, encode_value
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.nodeio import NodeIO


def port_record(port: NodeIO) -> dict[str, Any]:
    """What differs from the class, with the values as they are; empty when nothing does.

    The value of an input belongs to it unless it is received: outputs are computed again.
    """
    found = dict(port.overrides)
    if port.is_input and not getattr(port, "_sources", ()) and port.stored is not NoValue:
        found["value"] = port.stored
    return {"is_input": port.is_input, **found} if found else {}


def encoded_port(found: dict[str, Any]) -> dict[str, Any]:
    """A record of :func:`port_record` as JSON can hold it."""
    saved: dict[str, Any] = {}
    for key, value in found.items():
        # A table set from Python has no form here; the input is empty after a reload, and says so.
        with suppress(NotEncodableError):
            saved[key] = encode_value(value)
    return saved if len(saved) > 1 else {}
