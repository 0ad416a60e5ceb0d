"""A node as it was, with its edges and values, so that it can be brought back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.document import VIEW_PREFIX, Record, node_record
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.placeholder import PlaceholderNode
from funcnodes_jupyter.core.savedport import with_kept
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.runreport import RunError

Source = tuple[str, str, bool]
"""(node uuid, port id, whether the edge is feedback)"""


@dataclass(frozen=True, slots=True)
class Memento:
    """What :func:`remember` keeps.

    ``record`` holds live values, not encoded ones (except of a placeholder); ``values`` what every port held;
    ``incoming`` the sources by input, ``outgoing`` the targets as (output, node uuid, port, feedback). ``due`` says
    that a run was under way or asked for: nothing came of it.
    """

    cls: type[Node]
    record: Record
    view: Mapping[str, Any]
    values: Mapping[str, Any]
    incoming: Mapping[str, tuple[Source, ...]]
    outgoing: tuple[tuple[str, str, str, bool], ...]
    stale: bool
    due: bool
    ran: bool
    trouble: bool
    cancelled: bool
    seconds: float | None
    error: RunError | None

    @property
    def uuid(self) -> str:
        return str(self.record["id"])


def remember(node: Node) -> Memento:
    """``node`` as it is. Called under the graph lock."""
    record = node_record(node)
    kept = record.pop("kept_io", None)
    if isinstance(node, PlaceholderNode):
        record["io"] = kept or {}  # as it was saved: nobody knows what it means
    elif kept:
        own = record["io"]
        record["io"] = {**kept, **{port_id: with_kept(kept.get(port_id, {}), port) for port_id, port in own.items()}}
    slot = node.slot
    return Memento(
        cls=type(node),
        record=record,
        view={
            key.removeprefix(VIEW_PREFIX): value
            for key, value in node.properties.items()
            if key.startswith(VIEW_PREFIX)
        },
        values={port.id: port._value for port in node.made_ports if port._value is not NoValue},
        incoming={port.id: sources_of(port) for port in node.made_ports if isinstance(port, NodeInput)},
        outgoing=tuple(
            (port.id, target.node.uuid, target.id, target in port.fed_back)
            for port in node.made_ports
            for target in (*port._targets, *(() if port.is_input else port.fed_back))
        ),
        stale=slot.stale or slot.running,
        due=slot.running or slot.requested,
        ran=slot.ran,
        trouble=slot.trouble,
        cancelled=slot.cancelled,
        seconds=slot.seconds,
        error=slot.error,
    )


def reshaped(memento: Memento, ports: Mapping[str, Record], properties: Mapping[str, Any]) -> Memento:
    """The same node with other ports of its own and other properties, due to run again.

    Edges and values of ports that it has no more are left out, and those of its class stay.

    Args:
        ports: What it has beside the ports of its class, in order, as in a saved record with live values; a ``value``
            in it takes the place of the one that the port holds.
        properties: What to keep with it; None takes a key away.
    """
    before = memento.record["io"]
    io = {port_id: {key: value for key, value in port.items() if key != "added"} for port_id, port in before.items()}
    gone = {port_id for port_id, port in before.items() if "added" in port} - ports.keys()
    io = {port_id: port for port_id, port in io.items() if port_id not in gone}
    for port_id, port in ports.items():
        # What gets a value here is as it is said here, whatever was changed of it before.
        io[port_id] = {**({} if "value" in port else io.get(port_id, {})), **port}
        io[port_id] = io.pop(port_id)  # in this order
    kept = {**memento.record.get("properties", {}), **properties}
    record = {
        **memento.record,
        "io": io,
        "order": list(ports),
        "properties": {key: value for key, value in kept.items() if value is not None},
    }
    fresh = {port_id for port_id, port in ports.items() if "value" in port}
    return replace(
        memento,
        record=record,
        values={port_id: value for port_id, value in memento.values.items() if port_id not in gone | fresh},
        incoming={port_id: sources for port_id, sources in memento.incoming.items() if port_id not in gone},
        outgoing=tuple(edge for edge in memento.outgoing if edge[0] not in gone),
        stale=True,
        due=True,
        error=None,
        trouble=False,
    )


def sources_of(port: NodeInput) -> tuple[Source, ...]:
    """Where an input gets its values from."""
    plain = [(source.node.uuid, source.id, False) for source in port._sources]
    back = [(source.node.uuid, source.id, True) for source in port.fed_back]
    return (*plain, *back)
