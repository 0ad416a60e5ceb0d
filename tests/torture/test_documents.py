"""Documents, right and wrong: nothing of them is dropped, and saving twice changes no byte."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from documents import documents
from kinds import Recorder

from funcnodes_jupyter.core.encoding import decode_value, encode_value
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.worker.savedform import from_bytes, to_bytes

USUAL: dict[str, tuple[Any, ...]] = {
    "name": (None, ""),
    "mode": (None, "", "enabled", "reactive"),
    "timeout": (None,),
    "retries": (None, 0),
    "io": (None, {}),
    "properties": (None, {}),
    "prop": (None, {}),
    "groups": (None, {}),
    "view": (None, {}),
    "errors": (None, {}),
    "feedback": (None, []),
    "edges": (None, []),
    "is_input": (True,),
    "node_name": (),
}
"""What means the same as nothing, and what a class says of itself (``node_name`` is written anew)."""


OF_CLASSES = ("a", "b", "out", "more", "_triggerinput", "_triggeroutput")
"""Ports that no node can have of its own: its class may have them by now."""
MEMBERS = ("node_ids", "child_groups", "parent_group")
"""What of a group is told and left out where it does not fit."""


def dropped(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """What of ``before`` is not in ``after``."""
    if isinstance(before, Mapping) and before.keys() == {"$type", "value"}:
        meant = decode_value(before)
        if meant is not NoValue and encode_value(meant) != encode_value(decode_value(after)):
            yield f"{'/'.join(path)}: {before!r} became {after!r}"
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in before.items():
            if isinstance(value, Mapping) and decode_value(value) is NoValue:
                continue
            if value in USUAL.get(key, ()) or (key in USUAL and not value):
                continue
            if key in after:
                yield from dropped(value, after[key], (*path, key))
            elif not _says_nothing(value):
                yield f"{'/'.join((*path, key))}: {value!r} is gone"
    elif before != after:
        yield f"{'/'.join(path)}: {before!r} became {after!r}"


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping) and all(map(_says_nothing, value.values())))


def lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What of one document is not in another that was made of it."""
    apart = ("nodes", "edges", "feedback", "format", "mode")
    given = {key: value for key, value in before.items() if key not in apart and (value or key not in USUAL)}
    ids = {node["id"] for node in after["nodes"]}
    given.pop("errors", None)  # what came of runs, and not what somebody made
    # The layout of nodes that are not there is not kept.
    given["view"] = {uuid: found for uuid, found in (given.get("view") or {}).items() if found and uuid in ids}
    given["groups"] = {
        gid: {key: value for key, value in group.items() if key not in MEMBERS and (key != "meta" or isinstance(value, dict))}
        for gid, group in (given.get("groups") or {}).items()
        if isinstance(group, dict)
    }  # fmt: skip
    yield from dropped(given, after)
    for kind in ("edges", "feedback"):
        for edge in before.get(kind) or ():
            turned = [*edge[2:], *edge[:2]] if isinstance(edge, list) else edge  # from an input to an output
            if edge not in after.get(kind, ()) and turned not in after.get(kind, ()):
                yield f"{kind}: {edge!r} is gone"
    saved = {node["id"]: node for node in after["nodes"]}
    fed = {tuple(edge[2:]) for edge in after["edges"] if isinstance(edge, list) and len(edge) == 4}
    for node in before.get("nodes") or ():
        yield from dropped(_own(node, fed), saved[node["id"]], (node["id"],))


def _own(node: Mapping[str, Any], fed: set[tuple[Any, ...]]) -> dict[str, Any]:
    """A node without what is made anew: what an input receives, and what an output gives unless it is frozen."""
    found = copy.deepcopy(dict(node))
    for port_id, port in list((found.get("io") or {}).items()):
        is_input = port.get("is_input", True) and port_id != "_triggeroutput"
        received = is_input and (node["id"], port_id) in fed
        if received or (not is_input and node.get("mode") != "frozen"):
            port.pop("value", None)
        if not is_input and isinstance(port.get("added"), dict):
            port["added"].pop("default", None)  # outputs have none
        if port_id in OF_CLASSES:
            port.pop("added", None)
        if port.keys() <= {"is_input"}:
            del found["io"][port_id]
    found.pop("node_name", None)
    return found


def opened(document: Any) -> NodeSpace:
    space = NodeSpace(Recorder().library())
    space.deserialize(document)
    return space


def test_what_was_saved_is_saved_again_whatever_it_is(torture: Any) -> None:
    before = opened({"nodes": [{"id": "z", "node_id": "k.plain", "io": {"a": {"value": 3}}}]})
    wanted = to_bytes(before.serialize())
    nodes = list(before.nodes.values())

    def holds(document: Any) -> None:
        given = copy.deepcopy(document)
        try:
            space = opened(document)
        except DocumentError:
            try:
                before.deserialize(document)
            except DocumentError:
                assert to_bytes(before.serialize()) == wanted
                assert list(before.nodes.values()) == nodes
                return
            raise AssertionError("refused only once") from None
        assert document == given, "opening changed the document"
        assert space.runner.idle
        saved = space.serialize()
        missing = list(lost(document, saved))
        assert not missing, "; ".join(missing)
        data = to_bytes(saved)
        assert to_bytes(opened(from_bytes(data)).serialize()) == data, "saving twice changes it"

    torture.check(documents, holds, short=400, full=20_000)
