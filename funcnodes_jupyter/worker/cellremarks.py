"""What remarks of a cell say, put into the graph: settings of nodes, the circles that they close, and their groups.

Only what is news is put there, so what was changed by hand since the cell ran last stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def known_sources(sources: Iterable[Origin], uuids: Mapping[str, str]) -> list[tuple[str, str]]:
    """Sources by uuid; a remark may name nodes that are gone."""
    return [(uuids[key], port) for key, port in sources if key in uuids]


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
    """

    def __init__(
        self,
        space: NodeSpace,
        drafts: Mapping[str, Draft],
        uuids: Mapping[str, str],
        news: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._space = space
        self._drafts = drafts
        self._uuids = uuids
        self._news = news

    def apply(self) -> None:
        """Change the graph."""
        for key, before in self._news.items():
            self._feed_back(self._drafts[key], before)
        left = [self._uuids[key] for key, before in self._news.items()
                if before.get("group") and not path_of(self._drafts[key])]  # fmt: skip
        if left:
            self._space.edits.take_out(left)
        self._group()

    def _feed_back(self, draft: Draft, before: Mapping[str, Any]) -> None:
        node, edits = self._space.get_node_by_id(self._uuids[draft.key]), self._space.edits
        said = feedback_of(draft)
        for port_id in before.get("feedback", {}):
            if port_id in node.inputs and port_id not in said:
                port = node.get_input(port_id)
                for source in port.fed_back:
                    edits.disconnect(source, port)
        for port_id, sources in said.items():
            for uuid, io in known_sources(sources, self._uuids):
                source = self._space.get_node_by_id(uuid)[io]
                edits.connect(source, node.get_input(port_id), replace=True, feedback=True)

    def _group(self) -> None:
        groups = groups_of(self._drafts.values())
        ids = self._known_groups()
        for label, group in groups.items():
            told = [key for key in group.keys if key in self._news]
            if label in ids:
                self._change(ids[label], label, group, told)
            elif told or self._news_within(label):
                parent = ids.get(group.parent) if group.parent is not None else None
                ids[label] = self._space.edits.add_group([self._uuids[key] for key in told], parent, group.meta)

    def _change(self, group_id: str, label: str, group: CellGroup, told: Sequence[str]) -> None:
        edits, now = self._space.edits, self._space.groups[group_id]
        if any(label in self._drafts[key].remark.get("groups", {}) for key in self._news):
            edits.set_group_meta(group_id, {**dict.fromkeys(now["meta"]), **group.meta})
        members = [self._uuids[key] for key in told]
        if not set(members) <= set(now["node_ids"]):
            edits.set_group_members(group_id, [*now["node_ids"], *members])

    def _news_within(self, label: str) -> bool:
        return any(label in path_of(self._drafts[key]) for key in self._news)

    def _known_groups(self) -> dict[str, str]:
        """The ids of groups by label, as far as nodes that were there stand where their remarks said."""
        found: dict[str, str] = {}
        for key, draft in self._drafts.items():
            inner = self._space.groups.find_group_of_node(self._uuids[key])
            path = self._news[key].get("group", ()) if key in self._news else path_of(draft)
            if inner is None or not path:
                continue
            around = [inner, *self._space.groups.get_group_ancestors(inner)]
            if len(around) == len(path):
                found.update(zip(reversed(path), around, strict=True))
        return found
