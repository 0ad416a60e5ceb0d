"""Which node stands in which group, and which group in which: structure, and nothing but structure.

Of the two directions between groups only the parent is kept, so they cannot disagree. A node stands in
one group at most; keys of a record that are not known are kept.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from copy import deepcopy
from typing import Any

from funcnodes_jupyter.core.errors import GroupNotFoundError

GroupRecord = dict[str, Any]

_OWN_KEYS = ("node_ids", "child_groups", "parent_group", "meta")


class Group:
    """One group as it is kept: members in the order in which they came."""

    __slots__ = ("extras", "meta", "node_ids", "parent")

    def __init__(self, parent: str | None, meta: Mapping[str, Any], extras: Mapping[str, Any]) -> None:
        self.node_ids: dict[str, None] = {}
        self.parent = parent
        self.meta = dict(meta)
        self.extras = dict(extras)


class GroupTree:
    """Groups by id, and the group of each node that stands in one."""

    __slots__ = ("groups", "place")

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.place: dict[str, str] = {}  # node uuid → the group that it stands in

    def record(self, group_id: str) -> GroupRecord:
        """A copy of all that is known of a group, its lists sorted.

        Raises:
            GroupNotFoundError: it is not there.
        """
        group = self.found(group_id)
        return deepcopy(group.extras) | {
            "node_ids": sorted(group.node_ids),
            "child_groups": sorted(self.children(group_id)),
            "parent_group": group.parent,
            "meta": deepcopy(group.meta),
        }

    def found(self, group_id: str) -> Group:
        """The group of that id, else GroupNotFoundError."""
        try:
            return self.groups[group_id]
        except KeyError:
            raise GroupNotFoundError(f"There is no group {group_id!r}.") from None

    def children(self, group_id: str) -> list[str]:
        """The groups that stand in this one directly."""
        return [child_id for child_id, child in self.groups.items() if child.parent == group_id]

    def lineage(self, group_id: str | None) -> list[str]:
        """The group and those around it, from the inside out."""
        found: list[str] = []
        while group_id is not None:
            found.append(group_id)
            group_id = self.groups[group_id].parent
        return found

    def serialize(self) -> dict[str, GroupRecord]:
        """All records, by id and sorted."""
        return {group_id: self.record(group_id) for group_id in sorted(self.groups)}

    def dissolve(self, group_id: str, recursive: bool) -> None:
        """Take a group away, with ``recursive`` also those inside; what is left inside moves to its parent."""
        group = self.found(group_id)
        for child in self.children(group_id):
            if recursive:
                self.dissolve(child, recursive)
            else:
                self.groups[child].parent = group.parent
        for node in tuple(group.node_ids):
            self.move(node, group.parent)
        del self.groups[group_id]

    def move(self, node: str, group_id: str | None) -> None:
        """Put a node into a group, or out of all with None."""
        before = self.place.pop(node, None)
        if before is not None:
            del self.groups[before].node_ids[node]
        if group_id is not None:
            self.groups[group_id].node_ids[node] = None
            self.place[node] = group_id

    def drop_emptied(self, filled: list[str]) -> None:
        """Take away those of ``filled`` that are empty now, and what is empty then around them."""
        while filled:
            group = self.groups.get(key := filled.pop())
            if group is not None and not group.node_ids and not self.children(key):
                del self.groups[key]
                if group.parent is not None:
                    filled.append(group.parent)

    def read(self, records: Mapping[str, Any], nodes: Container[object]) -> list[str]:
        """Replace all by saved records; returns what did not fit, a sentence each.

        A node that is none of ``nodes``, or stands in another group already, is left out. A parent that is
        not there, or inside the group itself, is none.
        """
        self.groups, self.place = {}, {}
        problems: list[str] = []
        for key, record in records.items():
            if not isinstance(record, Mapping):
                problems.append(f"The group {key!r} is none.")
                continue
            extras = {name: value for name, value in record.items() if name not in _OWN_KEYS}
            group = self.groups[key] = Group(None, _as_mapping(record.get("meta")), deepcopy(extras))
            for node in _as_list(record.get("node_ids")):
                if node not in nodes or node in self.place:
                    why = "is not there" if node not in nodes else f"is in the group {self.place[node]!r}"
                    problems.append(f"The node {node!r} of the group {key!r} {why}.")
                    continue
                group.node_ids[node] = None
                self.place[node] = key
        for child, parent in _parents(records):
            problems += self._put_inside(child, parent)
        return problems

    def _put_inside(self, child: str, parent: str) -> list[str]:
        group = self.groups.get(child)
        if group is None or parent not in self.groups:
            return [f"Of the groups {child!r} and {parent!r} around it, one is not there."]
        if group.parent == parent:
            return []
        if group.parent is not None or child in self.lineage(parent):
            return [f"The group {child!r} cannot stand in {parent!r}."]
        group.parent = parent
        return []


def _parents(records: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(child, parent) as the records say it, in either of the two ways."""
    known = {key: record for key, record in records.items() if isinstance(record, Mapping)}
    for key, record in known.items():
        parent = record.get("parent_group")
        if isinstance(parent, str):
            yield key, parent
    for key, record in known.items():
        for child in _as_list(record.get("child_groups")):
            yield child, key


def _as_mapping(given: Any) -> Mapping[str, Any]:
    return deepcopy(dict(given)) if isinstance(given, Mapping) else {}


def _as_list(given: Any) -> list[str]:
    return [item for item in given if isinstance(item, str)] if isinstance(given, list | tuple) else []
