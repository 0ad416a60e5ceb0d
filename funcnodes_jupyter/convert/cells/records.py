"""The graph of a cell in the form of a saved graph."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.draft import CellGraph, Constant, Draft, Wire
from funcnodes_jupyter.convert.cells.grouping import groups_of
from funcnodes_jupyter.core.callports import SOURCE
from funcnodes_jupyter.core.document import FORMAT_VERSION, Document, Record
from funcnodes_jupyter.core.encoding import encode_value
from funcnodes_jupyter.core.portspec import OVERRIDABLE

CELL = "cell"
"""The property of a node that says where in its cell it comes from: ``key``, ``line``, the literals by port, and what was
said by its ``remark`` and of what it runs ``after``."""
PLACED = "placed"
"""The property of a node that nobody placed: where it was put."""
ORDER = "_triggerinput"
"""The input along which nothing comes but the order of runs."""
VIEW = ("pos", "size", "collapsed")
_TRIGGER = "_triggeroutput"
_CLASS_PORTS: Mapping[str, frozenset[str]] = {
    "py.call": frozenset({"function"}),
    "py.method": frozenset({"object", "method"}),
    "py.code": frozenset({SOURCE}),
    "py.async_code": frozenset({SOURCE}),
}


def node_record(draft: Draft, uuid: str, known: Container[str]) -> Record:
    """The node that a draft describes, among others that are ``known`` by key."""
    settings = {key: draft.remark[key] for key in ("mode", "timeout", "retries") if key in draft.remark}
    name = {"name": draft.remark.get("name", draft.name)}
    properties = {**draft.properties, CELL: cell_property(draft, known)}
    if draft.saved is not None:
        return {**draft.saved, "id": uuid, **name, "io": _with_options(draft.saved.get("io", {}), draft),
                "properties": {**draft.saved.get("properties", {}), **properties}, **settings}  # fmt: skip
    return {
        "id": uuid,
        "node_id": draft.node_id,
        **name,
        "io": _with_options(_ports(draft), draft),
        "properties": properties,
        **settings,
    }


def _ports(draft: Draft) -> dict[str, dict[str, Any]]:
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
    return ports


def _with_options(ports: Mapping[str, Mapping[str, Any]], draft: Draft) -> dict[str, dict[str, Any]]:
    """The ports with what a remark says of them."""
    found = {port: dict(saved) for port, saved in ports.items()}
    for port, options in options_of(draft).items():
        found.setdefault(port, {"is_input": True}).update(options)
    return found


def options_of(draft: Draft) -> dict[str, dict[str, Any]]:
    """What a draft's remark says of its ports, in the form of a saved graph."""
    said = draft.remark.get("ports", {})
    return {
        port: {key: value for key, value in options.items() if key in OVERRIDABLE or key == "is_input"}
        for port, options in said.items()
        if isinstance(options, dict)
    }


def view_of(draft: Draft) -> dict[str, Any]:
    """The layout that the cell itself asks for."""
    return {key: draft.remark[key] for key in VIEW if key in draft.remark}


def cell_property(draft: Draft, known: Container[str]) -> dict[str, Any]:
    """What is kept with a node of where it comes from."""
    given = {port: encode_value(source.value) for port, source in draft.inputs.items() if isinstance(source, Constant)}
    found: dict[str, Any] = {"key": draft.key, "line": draft.line, "given": given}
    if draft.remark:
        found["remark"] = dict(draft.remark)
    order = [source_text(source) for source in sources_of(draft, known).get(ORDER, ())]
    if order:
        found["after"] = order
    return found


# --- edges ----------------------------------------------------------------------------------------

Origin = tuple[str, str]
"""(key of a node, id of a port)"""


def sources_of(draft: Draft, known: Container[str] = ()) -> dict[str, list[Origin]]:
    """Where each input that receives gets its values from, and what only orders runs, as the cell says.

    A remark counts as far as it names ``known`` nodes.
    """
    found = {port: [(wire.key, wire.port)] for port, wire in draft.inputs.items() if isinstance(wire, Wire)}
    found.update((port, sources) for port, said in _dict_of(draft, "wires") if (sources := _sources(said, known)))
    order = [(key, _TRIGGER) for key in draft.after]
    order += [source for source in _sources(draft.remark.get("after", ()), known) if source not in order]
    return found | ({ORDER: order} if order else {})


def origin_of(text: str) -> Origin:
    """The other way round."""
    key, _, port = text.partition(".")
    return key, port or _TRIGGER


def feedback_of(draft: Draft, known: Container[str]) -> dict[str, list[Origin]]:
    """Where each input gets from what closes a circle; likewise."""
    return {port: sources for port, said in _dict_of(draft, "feedback") if (sources := _sources(said, known))}


def source_text(source: Origin) -> str:
    """A source as a remark names it."""
    key, port = source
    return key if port == _TRIGGER else f"{key}.{port}"


def _sources(said: Any, known: Container[str]) -> list[Origin]:
    names = [name for name in (said if isinstance(said, list) else [said]) if isinstance(name, str)]
    return [source for source in map(origin_of, names) if source[0] in known]


def _dict_of(draft: Draft, word: str) -> list[tuple[str, Any]]:
    return list(draft.remark.get(word, {}).items())


def edges_of(draft: Draft, drafts: Mapping[str, Draft], *, feedback: bool = False) -> list[list[str]]:
    """The edges that lead to a draft's node: first those that bring values, then those that only order runs."""
    found = feedback_of(draft, drafts) if feedback else sources_of(draft, drafts)
    return [
        [key, io, draft.key, port] for port, sources in found.items() for key, io in sources if key in drafts
    ]  # fmt: skip


def document_of(graph: CellGraph) -> Document:
    """A saved graph of nothing but the cell; keys serve as ids, and labels as those of groups."""
    drafts = graph.drafts
    groups = groups_of(drafts.values())
    return {
        "format": FORMAT_VERSION,
        "nodes": [node_record(draft, draft.key, drafts) for draft in drafts.values()],
        "edges": [edge for draft in drafts.values() for edge in edges_of(draft, drafts)],
        "feedback": [edge for draft in drafts.values() for edge in edges_of(draft, drafts, feedback=True)],
        "view": {key: view for key, draft in drafts.items() if (view := view_of(draft))},
        "groups": {
            label: {"node_ids": group.keys, "parent_group": group.parent, "meta": group.meta}
            for label, group in groups.items()
        },
    }
