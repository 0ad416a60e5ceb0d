"""The graph of a cell in the form of a saved graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.draft import CellGraph, Constant, Draft, Wire
from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.document import FORMAT_VERSION, Document, Record
from funcnodes_jupyter.core.encoding import encode_value

CELL = "cell"
"""The property of a node that says where in its cell it comes from: ``key``, ``line``, and the literals by port."""
_CLASS_PORTS: Mapping[str, frozenset[str]] = {
    "py.call": frozenset({"function"}),
    "py.method": frozenset({"object", "method"}),
    "py.code": frozenset({SOURCE}),
    "py.async_code": frozenset({SOURCE}),
}


def node_record(draft: Draft, uuid: str) -> Record:
    """The node that a draft describes."""
    own = _CLASS_PORTS.get(draft.node_id, frozenset())
    made_here = draft.node_id.startswith("py")
    ports: dict[str, dict[str, Any]] = {}
    for port in dict.fromkeys([*draft.inputs, *draft.ports]):
        saved: dict[str, Any] = {"is_input": True}
        if made_here and port not in own:
            declared = {key: said for key, said in draft.ports.get(port, {}).items() if key != "hidden"}
            if port not in draft.inputs and declared.get("required") is False:
                declared["hidden"] = True  # what the cell leaves out is out of the way
            saved["added"] = declared
        source = draft.inputs.get(port)
        if isinstance(source, Constant):
            saved["value"] = encode_value(source.value)
        ports[port] = saved
    for port, name in draft.outputs.items():
        declared = {} if port == name else {"name": name}
        ports[port] = {"is_input": False, "added": {"required": False, **declared}}
    properties = {**draft.properties, CELL: cell_property(draft)}
    settings = {key: draft.remark[key] for key in ("mode", "timeout", "retries") if key in draft.remark}
    said = draft.remark.get("name")
    return {
        "id": uuid,
        "node_id": draft.node_id,
        "name": said if isinstance(said, str) else draft.name,
        "io": ports,
        "properties": properties,
        **settings,
    }


def view_of(draft: Draft) -> dict[str, Any]:
    """The layout that the cell itself asks for."""
    return {key: draft.remark[key] for key in ("pos", "size", "collapsed") if key in draft.remark}


def cell_property(draft: Draft) -> dict[str, Any]:
    """What is kept with a node of where it comes from."""
    given = {port: encode_value(source.value) for port, source in draft.inputs.items() if isinstance(source, Constant)}
    return {"key": draft.key, "line": draft.line, "given": given}


def edges_of(draft: Draft, uuids: Mapping[str, str]) -> list[list[str]]:
    """The edges that lead to a draft's node: first those that bring values, then those that only order runs."""
    wires = [
        [uuids[source.key], source.port, uuids[draft.key], port]
        for port, source in draft.inputs.items()
        if isinstance(source, Wire)
    ]
    return wires + [[uuids[key], "_triggeroutput", uuids[draft.key], "_triggerinput"] for key in draft.after]


def document_of(graph: CellGraph) -> Document:
    """A saved graph of nothing but the cell; the keys serve as ids."""
    uuids = {key: key for key in graph.drafts}
    return {
        "format": FORMAT_VERSION,
        "nodes": [node_record(draft, draft.key) for draft in graph.drafts.values()],
        "edges": [edge for draft in graph.drafts.values() for edge in edges_of(draft, uuids)],
        "view": {key: view for key, draft in graph.drafts.items() if (view := view_of(draft))},
    }
