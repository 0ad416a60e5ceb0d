"""What remarks of a cell say, put into the graph: settings of nodes, the circles that they close, and their groups.

Only what is news is put there, so what was changed by hand since the cell ran last stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from funcnodes_jupyter.convert.cells.draft import Draft
from funcnodes_jupyter.convert.cells.grouping import CellGroup, groups_of, path_of
from funcnodes_jupyter.convert.cells.records import VIEW, Origin, feedback_of, options_of
from funcnodes_jupyter.core import savedport
from funcnodes_jupyter.core.document import VIEW_PREFIX
from funcnodes_jupyter.core.edits import Edits
from funcnodes_jupyter.core.encoding import decode_value
from funcnodes_jupyter.core.modes import NODE_MODES
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.portspec import OVERRIDABLE


def known_sources(space: NodeSpace, sources: Iterable[Origin], uuids: Mapping[str, str]) -> list[tuple[str, str]]:
    """Sources by uuid; a remark may name nodes that are gone, and ports that there are not."""
    found = [(uuids[key], port) for key, port in sources if key in uuids]
    return [(uuid, port) for uuid, port in found if _has_port(space.get_node_by_id(uuid), port)]


def _has_port(node: Node, port: str) -> bool:
    return port in node.inputs or port in node.outputs


# --- settings -------------------------------------------------------------------------------------


def take_over(edits: Edits, node: Node, draft: Draft, before: Mapping[str, Any]) -> None:
    """Set what the remark of a node that is there says differently from ``before``."""
    changed = {word for word in before.keys() | draft.remark.keys() if before.get(word) != draft.remark.get(word)}
    view = {VIEW_PREFIX + word: draft.remark.get(word) for word in changed.intersection(VIEW)}
    if draft.remark.get("pos") is None:
        view.pop(f"{VIEW_PREFIX}pos", None)  # it stays where it is
    if view:
        edits.set_properties(node, view)
    if "mode" in changed and draft.remark.get("mode", "enabled") in NODE_MODES:
        edits.set_mode(node, draft.remark.get("mode", "enabled"))
    if changed & {"timeout", "retries"}:
        retries = draft.remark.get("retries", node.default_retries)
        edits.set_limits(node, draft.remark.get("timeout", node.default_timeout), retries)
    if "name" in changed:
        edits.rename(node, draft.remark.get("name", draft.name))
    if "ports" in changed:
        _set_options(edits, node, draft, before)


def _set_options(edits: Edits, node: Node, draft: Draft, before: Mapping[str, Any]) -> None:
    said = options_of(draft)
    known = {port.id: port for port in node.made_ports}
    for port_id in dict.fromkeys([*before.get("ports", {}), *said]):
        if port_id in known:
            options, _ = savedport.options_of(said.get(port_id, {}), OVERRIDABLE, decode_value)
            edits.set_options(known[port_id], options)


# --- edges and groups -----------------------------------------------------------------------------


class RemarkUpdate:
    """Puts what remarks say of several nodes at once into a graph. Used once, within a step.

    Args:
        space: The graph.
        drafts: What the cell was read as.
        uuids: The nodes of that, by key.
        news: The keys of nodes that are new or whose remark is, with what it said before.
        made: The keys of nodes that are new.
    """

    def __init__(
        self,
        space: NodeSpace,
        drafts: Mapping[str, Draft],
        uuids: Mapping[str, str],
        news: Mapping[str, Mapping[str, Any]],
        made: Collection[str],
    ) -> None:
        self._space = space
        self._drafts = drafts
        self._uuids = uuids
        self._news = news
        self._made = made

    def apply(self) -> None:
        """Change the graph."""
        for key, draft in self._drafts.items():
            self._feed_back(draft, self._news.get(key))
        left = [self._uuids[key] for key, before in self._news.items()
                if before.get("group") and not path_of(self._drafts[key])]  # fmt: skip
        if left:
            self._space.edits.take_out(left)
        self._group()

    def _feed_back(self, draft: Draft, before: Mapping[str, Any] | None) -> None:
        """``before`` is what the remark said before, None when it still says that."""
        node, edits = self._space.get_node_by_id(self._uuids[draft.key]), self._space.edits
        found = feedback_of(draft, self._uuids)
        said = {port: sources for port, sources in found.items() if port in node.inputs}
        for port_id in (before or {}).get("feedback", {}):
            if port_id in node.inputs and port_id not in said:
                port = node.get_input(port_id)
                for source in port.fed_back:
                    edits.disconnect(source, port)
        for port_id, sources in said.items():
            news = sources if before is not None else [source for source in sources if source[0] in self._made]
            for uuid, io in known_sources(self._space, news, self._uuids):
                source = self._space.get_node_by_id(uuid)[io]
                edits.connect(source, node.get_input(port_id), replace=True, feedback=True)

    def _group(self) -> None:
        groups = groups_of(self._drafts.values())
        ids = self._known_groups(groups)
        told = [key for key in self._news if path_of(self._drafts[key])]
        wanted = {label for key in told for label in path_of(self._drafts[key])}
        looks = {label for key in self._news for label in self._drafts[key].remark.get("groups", {})}
        for label, group in groups.items():
            if label in wanted:
                self._arrange(label, groups, ids)
            if label in looks and ids.get(label) in self._space.groups:
                now = self._space.groups[ids[label]]["meta"]
                self._space.edits.set_group_meta(ids[label], {**dict.fromkeys(now), **group.meta})
        for key in told:
            self._move(self._uuids[key], self._arrange(path_of(self._drafts[key])[-1], groups, ids))

    def _arrange(self, label: str, groups: Mapping[str, CellGroup], ids: dict[str, str]) -> str:
        """Have this group where the cell says; returns its id. It may have vanished because its last node left it."""
        around = groups[label].parent
        parent = None if around is None else self._arrange(around, groups, ids)
        if ids.get(label) not in self._space.groups:
            ids[label] = self._space.edits.add_group((), parent, groups[label].meta)
        elif self._space.groups[ids[label]]["parent_group"] != parent:
            self._space.edits.set_group_parent(ids[label], parent)
        return ids[label]

    def _move(self, uuid: str, group_id: str) -> None:
        if self._space.groups.find_group_of_node(uuid) != group_id:
            members = self._space.groups[group_id]["node_ids"]
            self._space.edits.set_group_members(group_id, [*members, uuid])

    def _known_groups(self, groups: Mapping[str, CellGroup]) -> dict[str, str]:
        """The ids of groups by label, as far as nodes stand where their remarks said, or say now."""
        found: dict[str, str] = {}
        for key, draft in self._drafts.items():
            inner = self._space.groups.find_group_of_node(self._uuids[key])
            if inner is None:
                continue
            around = [inner, *self._space.groups.get_group_ancestors(inner)]
            before = self._news.get(key, {}).get("group", ())
            path = before or path_of(draft)
            alike = before or key not in self._news or self._are_named(around, path, groups)
            if alike and len(around) == len(path):
                found.update(zip(reversed(path), around, strict=True))
        return found

    def _are_named(self, around: Sequence[str], path: Sequence[str], groups: Mapping[str, CellGroup]) -> bool:
        names = [self._space.groups[group_id]["meta"].get("name") for group_id in reversed(around)]
        return names == [groups[label].meta.get("name") for label in path]
