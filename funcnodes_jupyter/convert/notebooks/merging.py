"""Several saved graphs as one, the nodes of each in a group of its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.records import CELL
from funcnodes_jupyter.core.document import FORMAT_VERSION, Document, Record

GAP = 200.0
"""Between two graphs, one below the other, in canvas pixels: more than most nodes are high."""


def merged(graphs: Mapping[str, Document]) -> Document:
    """One graph that holds all of them, by name; one alone stays as it is.

    Which cell made which node is forgotten where there are several: a graph keeps one cell, and running that again
    would take away the nodes of the others.
    """
    if len(graphs) == 1:
        return dict(next(iter(graphs.values())))
    whole: Document = {"format": FORMAT_VERSION, "nodes": [], "edges": [], "prop": {}, "groups": {}, "view": {}}
    taken: set[str] = set()
    top = 0.0
    for name, document in graphs.items():
        part = _Part(name, document, taken)
        whole["nodes"] += part.nodes()
        whole["edges"] += part.edges("edges")
        whole["view"] |= part.view(top)
        whole["groups"] |= part.groups()
        whole["prop"] = _both(part.properties(), whole["prop"])
        _add_rest(whole, part)
        top = max([top, *(y + GAP for _, y in _places(whole["view"].values()))])
    return whole


def _add_rest(whole: Document, part: _Part) -> None:
    """What stands in a document only where there is something to say."""
    if feedback := part.edges("feedback"):
        whole["feedback"] = [*whole.get("feedback", ()), *feedback]
    if errors := part.by_node("errors"):
        whole["errors"] = {**whole.get("errors", {}), **errors}
    if mode := part.document.get("mode"):
        whole["mode"] = mode


class _Part:
    """A document as a part of a larger one: with other ids for those of its nodes and groups that are taken.

    Args:
        name: What its group is called.
        document: Its saved form.
        taken: The ids that are taken; its own are added.
    """

    def __init__(self, name: str, document: Document, taken: set[str]) -> None:
        self.document = document
        self._name = name
        self._ids: dict[str, str] = {}
        for key in (*(node["id"] for node in document.get("nodes") or ()), *(document.get("groups") or {})):
            if key not in self._ids:
                self._ids[key] = _take(key, taken)
        self._outer = _take(name, taken)

    def nodes(self) -> Iterator[Record]:
        for node in self.document.get("nodes") or ():
            properties = {key: value for key, value in (node.get("properties") or {}).items() if key != CELL}
            yield {**node, "id": self._ids[node["id"]], **({"properties": properties} if "properties" in node else {})}

    def edges(self, section: str) -> list[Any]:
        """Its edges: node, output, node, input."""
        found = self.document.get(section) or ()
        return [[self._of(x), out, self._of(y), into] for x, out, y, into in filter(_is_edge, found)]

    def by_node(self, section: str) -> dict[str, Any]:
        return {self._of(key): value for key, value in (self.document.get(section) or {}).items()}

    def view(self, top: float) -> dict[str, Any]:
        """The layout, moved down so that its highest node is at ``top``."""
        found = self.by_node("view")
        heights = [y for _, y in _places(found.values())]
        down = top - min(heights) if heights and top else 0.0
        return {key: _moved(look, down) for key, look in found.items()}

    def groups(self) -> dict[str, Any]:
        """Its groups, all inside a new one that bears its name."""
        own = {key: group for key, group in self.by_node("groups").items() if isinstance(group, Mapping)}
        inside = {node for group in own.values() for node in self._all_of(group.get("node_ids"))}
        children = {child for group in own.values() for child in self._all_of(group.get("child_groups"))}
        moved = {key: self._group(group, is_top=key not in children) for key, group in own.items()}
        nodes = [self._of(node["id"]) for node in self.document.get("nodes") or ()]
        outer = {
            "node_ids": [node for node in nodes if node not in inside],
            "child_groups": [key for key, group in moved.items() if group["parent_group"] == self._outer],
            "parent_group": None,
            "meta": {"name": self._name},
        }
        return {self._outer: outer, **moved}

    def _group(self, group: Mapping[str, Any], *, is_top: bool) -> dict[str, Any]:
        parent = group.get("parent_group")
        return {
            **group,
            "node_ids": self._all_of(group.get("node_ids")),
            "child_groups": self._all_of(group.get("child_groups")),
            "parent_group": self._outer if is_top and not parent else self._of(parent),
        }

    def properties(self) -> dict[str, Any]:
        return {key: value for key, value in (self.document.get("prop") or {}).items() if key != CELL}

    def _of(self, key: Any) -> Any:
        return self._ids.get(key, key) if isinstance(key, str) else key

    def _all_of(self, given: Any) -> list[str]:
        """Ids in a list; what else a stranger may have put there is nothing."""
        return [self._ids.get(item, item) for item in given if isinstance(item, str)] if isinstance(given, list) else []


def _is_edge(edge: Any) -> bool:
    return isinstance(edge, list) and len(edge) == 4


def _take(wanted: str, taken: set[str]) -> str:
    """An id like the one that is wanted, which is taken from here on."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    taken.add(found)
    return found


def _places(looks: Iterable[Any]) -> Iterator[tuple[float, float]]:
    for look in looks:
        place = look.get("pos") if isinstance(look, Mapping) else None
        if isinstance(place, list) and len(place) == 2 and all(isinstance(part, (int, float)) for part in place):
            yield place[0], place[1]


def _moved(look: Any, down: float) -> Any:
    place = next(_places([look]), None)
    return look if place is None or not down else {**look, "pos": [place[0], place[1] + down]}


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both mappings, and of what both have, if those are mappings, both again; else the other."""
    found = {**one, **other}
    for key in one.keys() & other.keys():
        if isinstance(one[key], Mapping) and isinstance(other[key], Mapping):
            found[key] = {**one[key], **other[key]}
    return found
