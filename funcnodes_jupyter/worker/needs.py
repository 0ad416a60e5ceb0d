"""What a saved graph needs beside this package, as far as its nodes say so. Nothing is imported for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.placeholder import PlaceholderNode
from funcnodes_jupyter.nodes.callables import PREFIX
from funcnodes_jupyter.nodes.shelves import is_made_of_text, packages_of_builtins
from funcnodes_jupyter.wire.messages import UnknownClass

MOST_UNKNOWN, MOST_ID = 50, 200
"""So many classes are told, and so many characters of their ids: they may be a stranger's."""


@dataclass(frozen=True)
class Needs:
    """What a graph needs.

    Attributes:
        packs: How many of its nodes are of each pack, or stand on each package, by the names that the graph says.
        modules: How many call something of each module.
        unknown: How many there are of each class of which nobody says where it comes from, by its id.
    """

    packs: Mapping[str, int] = field(default_factory=dict)
    modules: Mapping[str, int] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)


def needs_of(document: Document) -> Needs:
    """What a graph needs, whatever is installed."""
    packs: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for node in document.get("nodes") or ():
        if not isinstance(node, Mapping):
            continue
        node_id, pack = str(node.get("node_id", "")), node.get("pack")
        if isinstance(pack, str) and pack:
            packs[pack] += 1
        elif node_id.startswith(PREFIX):
            modules[node_id.removeprefix(PREFIX).partition(".")[0]] += 1
        elif not is_made_of_text(node_id):
            unknown[node_id] += 1
    ours = packages_of_builtins() if unknown else {}
    for node_id in unknown.keys() & ours.keys():
        packs.update(dict.fromkeys(ours[node_id], unknown.pop(node_id)))
    return Needs(packs, modules, unknown)


def unknown_classes(space: NodeSpace) -> list[UnknownClass]:
    """The classes that the graph has nodes of, that are not there, and of which nobody says where they come from."""
    with space.lock:
        records = [node.record for node in space.nodes.values() if isinstance(node, PlaceholderNode)]
    return listed_classes(needs_of({"nodes": records}).unknown)


def listed_classes(unknown: Mapping[str, int]) -> list[UnknownClass]:
    """By id, as many as anybody reads."""
    found = sorted(unknown.items())[:MOST_UNKNOWN]
    return [UnknownClass(node_id[:MOST_ID], nodes) for node_id, nodes in found]
