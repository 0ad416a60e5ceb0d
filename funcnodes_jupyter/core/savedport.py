"""What is saved of a port: only what differs from its class."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.datatypes import is_description
from funcnodes_jupyter.core.encoding import NotEncodableError, encode_value
from funcnodes_jupyter.core.portspec import PortSpec
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.nodeio import NodeIO

DECLARED = ("name", "type", "description", "default", "required", "does_trigger", "hidden", "allow_multiple",
             "value_options", "render_options")  # fmt: skip
"""What is saved of a port that only one node has."""

_SHAPES: dict[str, Callable[[Any], bool]] = {
    "type": is_description,
    **dict.fromkeys(("value_options", "render_options"), lambda value: isinstance(value, Mapping)),
}
"""What those options must be that nobody could read otherwise."""

LOST = "lost"
"""The key of what an output held that has no form in a saved graph: its class by name."""


def port_record(port: NodeIO, with_output: bool = False) -> dict[str, Any]:
    """What differs from the class, with the values as they are; empty when nothing does.

    The value of an input belongs to it unless it is received. Outputs are computed again, and so are saved only
    when ``with_output`` says so. Of a port that this node alone has, ``added`` says what it is.
    """
    found = dict(port._overrides or {})
    if port._spec.added:
        found["added"] = declaration(port._spec)
    kept = not getattr(port, "_sources", ()) if port._spec.is_input else with_output
    if kept and port._value is not NoValue:
        found["value"] = port._value
    return {"is_input": port._spec.is_input, **found} if found else {}


def declaration(spec: PortSpec) -> dict[str, Any]:
    """What a port is that one node alone has, as far as it is not the usual."""
    usual = PortSpec(spec.id, spec.is_input, allow_multiple=not spec.is_input, required=spec.is_input)
    return {key: value for key in DECLARED if (value := getattr(spec, key)) != getattr(usual, key)}


def encoded_port(found: dict[str, Any]) -> dict[str, Any]:
    """A record of :func:`port_record` as JSON can hold it."""
    saved: dict[str, Any] = {}
    for key, value in found.items():
        try:  # suppress() would cost as much as all the rest
            saved[key] = encode_value(value)
        except (NotEncodableError, RecursionError) as error:
            # A table set from Python has no form here; the input is empty after a reload, and says so.
            # Nor has a list that holds itself.
            if key == "value" and not found["is_input"]:
                saved[LOST] = str(error) if isinstance(error, NotEncodableError) else type(value).__name__
    return saved if len(saved) > 1 else {}


def options_of(
    saved: Mapping[str, Any], known: Collection[str], decode: Callable[[Any], Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(those of the ``known`` options that a port can have, all else of what was saved, as it is)."""
    options: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in saved.items():
        found = decode(value) if key in known else None
        if key in known and (key not in _SHAPES or _SHAPES[key](found)):
            options[key] = found
        else:
            rest[key] = value
    return options, rest


def with_kept(kept: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A record of a port, and with it what was saved of the port once and is not understood here."""
    merged = {**kept, **own}
    if isinstance(kept.get("added"), Mapping) and isinstance(own.get("added"), Mapping):
        merged["added"] = {**kept["added"], **own["added"]}
    return merged
