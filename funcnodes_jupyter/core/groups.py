"""Groups of nodes: frames that a person puts around nodes, and around other frames.

Read as ``{gid: {"node_ids", "child_groups", "parent_group", "meta"}}`` and changed by methods, as a whole or
not at all. What the structure is stands in :mod:`funcnodes_jupyter.core.grouptree`.
"""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from funcnodes_jupyter.core.engine import Engine
from funcnodes_jupyter.core.errors import GroupCycleError, GroupExistsError, NodeNotFoundError
from funcnodes_jupyter.core.facts import GroupsChanged
from funcnodes_jupyter.core.grouptree import Group, GroupRecord, GroupTree


class Groups(Mapping[str, GroupRecord]):
    """The groups of a nodespace, read as a mapping of group ids to records (copies) and changed by methods.

    Every change is made under the graph lock and told as one :class:`GroupsChanged`.

    Args:
        engine: Whose lock guards the groups, and who is told.
        nodes: The nodes that there are, by uuid.
    """

    __slots__ = ("_engine", "_nodes", "_tree")

    def __init__(self, engine: Engine, nodes: Mapping[str, object]) -> None:
        self._engine = engine
        self._nodes = nodes
        self._tree = GroupTree()

    # --- reading ----------------------------------------------------------------------------------

    def __getitem__(self, group_id: str) -> GroupRecord:
        with self._engine.lock:
            return self._tree.record(group_id)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._tree.groups))

    def __len__(self) -> int:
        return len(self._tree.groups)

    def __contains__(self, group_id: object) -> bool:
        return group_id in self._tree.groups

    def get_group(self, group_id: str) -> GroupRecord | None:
        """The record of a group, None when it is not there."""
        return self[group_id] if group_id in self._tree.groups else None

    def get_all_groups(self) -> dict[str, GroupRecord]:
        """All records; the same as :meth:`serialize`."""
        return self.serialize()

    def get_group_ancestors(self, group_id: str) -> list[str]:
        """The groups around a group, from the inside out.

        Raises:
            GroupNotFoundError: it is not there.
        """
        with self._engine.lock:
            self._tree.found(group_id)
            return self._tree.lineage(group_id)[1:]

    def find_group_of_node(self, node_id: str) -> str | None:
        """The group that a node stands in directly, None when it stands in none."""
        return self._tree.place.get(node_id)

    def nodes_within(self, group_id: str) -> list[str]:
        """The nodes of a group and of all groups inside it.

        Raises:
            GroupNotFoundError: it is not there.
        """
        with self._engine.lock:
            self._tree.found(group_id)
            within = [group_id]
            for known in within:
                within += self._tree.children(known)
            return [node for known in within for node in self._tree.groups[known].node_ids]

    def serialize(self) -> dict[str, GroupRecord]:
        """All groups as JSON can hold them; the same groups give the same records, however they came about."""
        with self._engine.lock:
            return self._tree.serialize()

    # --- changing ---------------------------------------------------------------------------------

    def add_group(
        self,
        group_id: str | None = None,
        node_ids: Iterable[str] = (),
        parent_group: str | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> str:
        """Make a group, also an empty one; its nodes leave the groups in which they stood. Returns its id.

        Raises:
            GroupExistsError: a group of that id is there already.
            GroupNotFoundError: the parent is not there.
            NodeNotFoundError: one of the nodes is not there.
        """
        with self._changing():
            return self._make(group_id, list(node_ids), parent_group, meta or {})

    def group_together(
        self, node_ids: Iterable[str] = (), group_ids: Iterable[str] = (), new_group_id: str | None = None
    ) -> str:
        """Put nodes and groups into a new group, which takes their place. Returns its id.

        The new group goes where all of them stood before, when that was one and the same group.

        Raises:
            GroupExistsError, GroupNotFoundError, NodeNotFoundError: as for :meth:`add_group`.
            GroupCycleError: one of the groups stands around another of them.
            ValueError: there is nothing to group.
        """
        nodes, groups = list(node_ids), list(group_ids)
        if not nodes and not groups:
            raise ValueError("A group needs at least one node or group.")
        with self._changing():
            self._refuse_nested(groups)
            self._refuse_unknown(nodes)
            around = {self._tree.place.get(node) for node in nodes} | {
                self._tree.found(group).parent for group in groups
            }
            made = self._make(new_group_id, nodes, around.pop() if len(around) == 1 else None, {})
            for group in groups:
                self._tree.groups[group].parent = made
        return made

    def _make(self, group_id: str | None, nodes: list[str], parent: str | None, meta: Mapping[str, Any]) -> str:
        made = group_id or uuid_module.uuid4().hex
        if made in self._tree.groups:
            raise GroupExistsError(f"There is a group {made!r} already.")
        if parent is not None:
            self._tree.found(parent)
        self._refuse_unknown(nodes)
        self._tree.groups[made] = Group(parent, meta, {})
        for node in nodes:
            self._tree.move(node, made)
        return made

    def _refuse_unknown(self, nodes: Iterable[str]) -> None:
        for node in nodes:
            if node not in self._nodes:
                raise NodeNotFoundError(f"There is no node {node!r}.")

    def _refuse_nested(self, groups: list[str]) -> None:
        for group_id in groups:
            self._tree.found(group_id)
            outer = self._tree.lineage(group_id)[1:]
            if any(other in outer for other in groups):
                raise GroupCycleError(self._tree.lineage(group_id))

    def add_nodes_to_group(self, group_id: str, node_ids: Iterable[str]) -> None:
        """Move nodes into a group that is there.

        Raises:
            GroupNotFoundError, NodeNotFoundError: the group or a node is not there; nothing is changed then.
        """
        nodes = list(node_ids)
        with self._changing():
            self._tree.found(group_id)
            self._refuse_unknown(nodes)
            for node in nodes:
                self._tree.move(node, group_id)

    def set_members(self, group_id: str, node_ids: Iterable[str]) -> None:
        """Have exactly these nodes in a group; those that leave it stand in the group around it.

        Raises:
            GroupNotFoundError, NodeNotFoundError: the group or a node is not there; nothing is changed then.
        """
        nodes = list(node_ids)
        with self._changing():
            group = self._tree.found(group_id)
            self._refuse_unknown(nodes)
            for node in group.node_ids.keys() - set(nodes):
                self._tree.move(node, group.parent)
            for node in nodes:
                self._tree.move(node, group_id)

    def remove_nodes_from_group(self, group_id: str, node_ids: Iterable[str]) -> None:
        """Take those of the nodes that stand in this very group out of it.

        Raises:
            GroupNotFoundError: it is not there.
        """
        members = self._tree.found(group_id).node_ids
        self.ungroup_nodes([node for node in node_ids if node in members])

    def ungroup_nodes(self, node_ids: Iterable[str]) -> None:
        """Take nodes out of the groups in which they stand; a group that is empty then vanishes."""
        with self._changing():
            for node in node_ids:
                self._tree.move(node, None)

    def remove_group(self, group_id: str, recursive: bool = False) -> None:
        """Take a group away; what stands in it moves to the group around it. Nodes are never removed.

        Args:
            recursive: Take the groups inside it away, too.

        Raises:
            GroupNotFoundError: it is not there.
        """
        with self._changing():
            self._tree.dissolve(group_id, recursive)

    def set_group_parent(self, group_id: str, parent_group: str | None) -> None:
        """Move a group into another one, or out of all with None.

        Raises:
            GroupNotFoundError: one of them is not there.
            GroupCycleError: the parent stands inside the group.
        """
        with self._changing():
            group = self._tree.found(group_id)
            if parent_group is not None:
                self._tree.found(parent_group)
                lineage = self._tree.lineage(parent_group)
                if group_id in lineage:
                    raise GroupCycleError([group_id, *lineage[: lineage.index(group_id) + 1]])
            group.parent = parent_group

    def set_group_meta(self, group_id: str, meta: Mapping[str, Any]) -> None:
        """Replace what others keep with the group, such as its title and colour.

        Raises:
            GroupNotFoundError: it is not there.
        """
        with self._changing():
            self._tree.found(group_id).meta = dict(meta)

    def forget_node(self, node_id: str) -> None:
        """A node left the graph, and so its group. Told by the nodespace."""
        if node_id in self._tree.place:
            self.ungroup_nodes([node_id])

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One change, made as a whole or not at all; groups that it left empty vanish."""
        with self._engine.lock:
            before = self.serialize()
            try:
                yield
            except BaseException:
                self._tree.read(before, self._nodes)
                raise
            self._tree.drop_emptied(
                [key for key, record in before.items() if record["node_ids"] or record["child_groups"]]
            )
            now = self.serialize()
            changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
            if changed and self._engine.observed:
                self._engine.tell(GroupsChanged(tuple(changed)))

    # --- restoring --------------------------------------------------------------------------------

    def restore(self, records: Mapping[str, Any]) -> list[str]:
        """Replace all groups by saved ones; returns what did not fit, a sentence each.

        See :meth:`GroupTree.read`.
        """
        with self._engine.lock:
            before = set(self._tree.groups)
            problems = self._tree.read(records, self._nodes)
            if self._engine.observed and before | set(self._tree.groups):
                self._engine.tell(GroupsChanged(tuple(sorted(before | set(self._tree.groups)))))
        return problems

    def clear(self) -> None:
        """Take all groups away."""
        self.restore({})

    def __repr__(self) -> str:
        return f"<Groups: {', '.join(self._tree.groups) or 'none'}>"
