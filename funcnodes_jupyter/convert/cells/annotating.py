"""Remarks behind the lines of a cell: what its nodes are that a reading of the bare text would not make them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.draft import CellGraph, Draft
from funcnodes_jupyter.convert.cells.expressions import ASYNC_CODE, CODE
from funcnodes_jupyter.convert.cells.grouping import group_remarks
from funcnodes_jupyter.convert.cells.live import LiveNode, Port
from funcnodes_jupyter.convert.cells.records import ORDER, VIEW, Origin, source_text, sources_of
from funcnodes_jupyter.convert.cells.remarks import Remark, with_remarks
from funcnodes_jupyter.core.document import VIEW_PREFIX
from funcnodes_jupyter.core.portspec import OVERRIDABLE
from funcnodes_jupyter.core.savedport import encoded_port

Layout = Callable[[CellGraph, Mapping[str, LiveNode]], Collection[str]]
"""Which nodes, by key, would not stand where they do if the cell did not say so."""


def annotated(bare: str, graph: CellGraph, nodes: Mapping[str, LiveNode], layout: Layout) -> str:
    """A cell with the remarks that it needs.

    Args:
        bare: Its text, without any.
        graph: What that is read as.
        nodes: The nodes that there are, by the keys that they have there.
        layout: Says which places are worth a word.
    """
    known = {key: live for key, live in nodes.items() if key in graph.drafts}
    found = _remarks(graph, known, layout(graph, known))
    behind: dict[int, Remark] = {}
    for block in graph.blocks:
        if not block.keys:
            continue
        *others, last = block.keys
        parts = {key: found[key] for key in others if found.get(key)}
        remark = {**found.get(last, {}), **({"parts": parts} if parts else {})}
        if remark:
            behind[block.lines[1]] = remark
    return with_remarks(bare, behind)


def _remarks(graph: CellGraph, nodes: Mapping[str, LiveNode], moved: Collection[str]) -> dict[str, dict[str, Any]]:
    keys = {live.uuid: key for key, live in nodes.items()}
    groups = group_remarks({key: nodes[key] for key in graph.drafts if key in nodes})
    found = {}
    for key, live in nodes.items():
        draft = graph.drafts[key]
        found[key] = {
            **_whole(draft),
            **_look(live, key in moved),
            **_settings(live, draft),
            **_edges(live, draft, keys),
            **groups.get(key, {}),
            **_options(live, draft),
        }
    return found


def _whole(draft: Draft) -> dict[str, Any]:
    """Of a node that a remark makes all that made it: the writer has put it there."""
    if draft.saved is None:
        return {}
    words = ("node", "takes", "gives")
    return {word: draft.remark[word] for word in words if draft.remark.get(word)}


def _look(live: LiveNode, is_moved: bool) -> dict[str, Any]:
    found = {key: live.node.get_property(VIEW_PREFIX + key) for key in VIEW if key != "pos" or is_moved}
    return {key: value for key, value in found.items() if value}


def _settings(live: LiveNode, draft: Draft) -> dict[str, Any]:
    if draft.saved is not None:
        return {}
    node = live.node
    found: dict[str, Any] = {}
    if node.mode != "enabled":
        found["mode"] = node.mode
    if node.timeout != node.default_timeout and node.timeout is not None:
        found["timeout"] = node.timeout
    if node.retries != node.default_retries:
        found["retries"] = node.retries
    if node.given_name and node.given_name != draft.name:
        found["name"] = node.given_name
    return found


def _edges(live: LiveNode, draft: Draft, keys: Mapping[str, str]) -> dict[str, Any]:
    """The edges that no statement and no order of statements tells of; those from nodes outside the cell are left out."""

    def named(ports: list[Port]) -> list[Origin]:
        return [(keys[uuid], port) for uuid, port in ports if uuid in keys]

    told = sources_of(draft)
    after = [source for source in named(live.sources.get(ORDER, [])) if source not in told.get(ORDER, ())]
    wires = {
        port: [source_text(source) for source in named(sources)]
        for port, sources in live.sources.items()
        if port != ORDER and named(sources) != told.get(port) and named(sources) and _has_port(draft, port)
    }
    back = {
        port: [source_text(source) for source in named(sources)]
        for port, sources in live.feedback.items()
        if _has_port(draft, port)
    }
    feedback = {port: names[0] if len(names) == 1 else names for port, names in back.items() if names}
    found = {
        "after": [source_text(source) for source in after],
        "wires": dict(sorted(wires.items())),
        "feedback": dict(sorted(feedback.items())),
    }
    return {word: said for word, said in found.items() if said}


def _has_port(draft: Draft, port: str) -> bool:
    """Code that is written anew may have its inputs under other names."""
    is_its_own = port in draft.inputs or port in draft.outputs
    return draft.node_id not in (CODE, ASYNC_CODE) or is_its_own or port.startswith("_trigger")


def _options(live: LiveNode, draft: Draft) -> dict[str, Any]:
    """What was changed of the ports since the node is there."""
    if draft.saved is not None:
        return {}
    found = {}
    for port in live.node.made_ports:
        saved = encoded_port({"is_input": port.is_input, **port.overrides})
        options = {key: value for key, value in saved.items() if key in OVERRIDABLE}
        if options and _has_port(draft, port.id):
            found[port.id] = options if port.is_input else {"is_input": False, **options}
    return {"ports": dict(sorted(found.items()))} if found else {}
