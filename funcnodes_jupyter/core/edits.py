"""The verbs of a person at work on a graph; each is a step that can be undone."""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core import operations
from funcnodes_jupyter.core.document import Record, migrate
from funcnodes_jupyter.core.history import History
from funcnodes_jupyter.core.memento import remember, reshaped, sources_of
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.saving import Rest
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.core.wiring import directed, edge_of, leads

if TYPE_CHECKING:
    from funcnodes_jupyter.core.facts import Edge
    from funcnodes_jupyter.core.groups import Groups
    from funcnodes_jupyter.core.node import Node
    from funcnodes_jupyter.core.nodespace import NodeSpace


class Edits:
    """Changes a nodespace in steps that can be undone.

    Args:
        space: What is changed.
        history: Where the steps are kept.
    """

    def __init__(self, space: NodeSpace, history: History) -> None:
        self._space = space
        self._history = history

    # --- nodes ------------------------------------------------------------------------------------

    def add_node(self, node_id: str, *, uuid: str | None = None, **options: Any) -> Node:
        """Add a node of a class of the library; see :meth:`NodeSpace.add_node_by_id`."""
        chosen = uuid or uuid_module.uuid4().hex
        label = f"Add {options.get('name') or self._space.lib.get_node_by_id(node_id).node_name}"
        self._history.apply(label, operations.AddNode(node_id, chosen, options))
        return self._space.get_node_by_id(chosen)

    def add_saved(self, record: Mapping[str, Any], view: Mapping[str, Any]) -> Node:
        """Add a node in its saved form, at rest; see :meth:`NodeSpace.add_saved`."""
        self._history.apply(f"Add {record.get('name') or record['node_id']}", operations.AddSaved(record, view))
        return self._space.get_node_by_id(record["id"])

    def connect_only(self, target: NodeInput, sources: Sequence[tuple[str, str]]) -> None:
        """Let an input receive from exactly these outputs, each (node uuid, port)."""
        wanted = tuple((uuid, io, False) for uuid, io in sources)
        self._history.apply(f"Connect {target.full_name}", operations.SetSources(target.node.uuid, target.id, wanted))

    def remove_node(self, node: Node) -> None:
        """Take a node away, with its edges; a run of it is cancelled."""
        self._history.apply(f"Delete {node.name}", operations.RemoveNode(node.uuid))

    def reshape(self, node: Node, ports: Mapping[str, Record], properties: Mapping[str, Any], label: str) -> Node:
        """Give a node other ports of its own, and properties; returns the node that takes its place, due to run.

        Values and edges of ports that it still has stay; see :func:`memento.reshaped`.
        """
        with self._space.lock:
            self._history.apply(label, operations.Replace(reshaped(remember(node), ports, properties)))
            return self._space.get_node_by_id(node.uuid)

    def rename(self, node: Node, name: str) -> None:
        """Give a node a name; an empty one shows the class's."""
        self._history.apply(f"Rename {node.name}", operations.Rename(node.uuid, name))

    def set_properties(self, node: Node, properties: Mapping[str, Any], label: str = "Change") -> None:
        """Keep values with a node, such as its place on the screen; None takes a key away."""
        self._history.apply(f"{label} {node.name}", operations.SetProperties(node.uuid, dict(properties)))

    def set_mode(self, node: Node, mode: str) -> None:
        """Enable, disable, bypass or freeze a node."""
        verb = {"enabled": "Enable", "disabled": "Disable", "bypassed": "Bypass", "frozen": "Freeze"}.get(mode, mode)
        self._history.apply(f"{verb} {node.name}", operations.SetNodeMode(node.uuid, mode))

    def set_limits(self, node: Node, timeout: float | None, retries: int) -> None:
        """Limit the time of a run, and try a failed one again; see :meth:`Node.set_limits`."""
        self._history.apply(f"Change limits of {node.name}", operations.SetLimits(node.uuid, timeout, retries))

    # --- values -----------------------------------------------------------------------------------

    def set_value(self, port: NodeInput, value: Any) -> None:
        """Store a value on an input and run what depends on it."""
        self._history.apply(f"Set {port.full_name}", operations.SetInput(port.node.uuid, port.id, value))

    def reset_value(self, port: NodeInput) -> None:
        """Let an input fall back to its default."""
        self._history.apply(f"Reset {port.full_name}", operations.SetInput(port.node.uuid, port.id, NoValue))

    def set_options(self, port: NodeIO, overrides: Mapping[str, Any]) -> None:
        """Let a port say exactly this differently from its class: its default, whether it is hidden."""
        operation = operations.SetOverrides(port.node.uuid, port.id, dict(overrides))
        self._history.apply(f"Change {port.full_name}", operation)

    # --- edges ------------------------------------------------------------------------------------

    def connect(self, a: NodeIO, b: NodeIO, replace: bool = False, feedback: bool = False) -> Edge | None:
        """Connect two ports; None when they are connected already. See :meth:`Engine.connect`."""
        with self._space.lock:
            source, target = directed(a, b)
            if leads(self._space.engine, source, target):
                return None
            operation = operations.connecting(target, (source.node.uuid, source.id, feedback), replace)
            self._history.apply(f"Connect {source.full_name} with {target.full_name}", operation)
            return edge_of(source, target)

    def disconnect(self, a: NodeIO, b: NodeIO) -> None:
        """Take the edge between two ports away; the input falls back to its default.

        Raises:
            NodeConnectionError: there is no such edge.
        """
        with self._space.lock:
            source, target = (a, b) if isinstance(b, NodeInput) and leads(self._space.engine, a, b) else (b, a)
            if not isinstance(target, NodeInput) or not leads(self._space.engine, source, target):
                self._space.engine.disconnect(a, b)  # it says what is wrong
                return
            gone = (source.node.uuid, source.id)
            left = tuple(known for known in sources_of(target) if known[:2] != gone)
            kept = target.stored if source in target.fed_back else NoValue
            self._history.apply(
                f"Disconnect {target.full_name}", operations.SetSources(target.node.uuid, target.id, left, kept)
            )

    # --- groups -----------------------------------------------------------------------------------

    def group(
        self,
        nodes: Iterable[str],
        groups: Iterable[str] = (),
        name: str = "",
        group_id: str | None = None,
    ) -> str:
        """Put nodes and groups into a new group; returns its id. See :meth:`Groups.group_together`."""
        chosen = group_id or uuid_module.uuid4().hex
        members, inner = list(nodes), list(groups)

        def change(all_groups: Groups) -> None:
            all_groups.group_together(members, inner, chosen)
            all_groups.set_group_meta(chosen, {"name": name} if name else {})

        self._change_groups(f"Group {name}" if name else "Group", change)
        return chosen

    def add_group(self, nodes: Iterable[str], parent: str | None, meta: Mapping[str, Any]) -> str:
        """Have a new group, also an empty one; returns its id. See :meth:`Groups.add_group`."""
        chosen, members = uuid_module.uuid4().hex, list(nodes)
        self._change_groups("Group", lambda groups: groups.add_group(chosen, members, parent, meta))
        return chosen

    def take_out(self, nodes: Iterable[str]) -> None:
        """Have nodes stand in no group; see :meth:`Groups.ungroup_nodes`."""
        members = list(nodes)
        self._change_groups("Ungroup", lambda groups: groups.ungroup_nodes(members))

    def ungroup(self, group_id: str) -> None:
        """Take a group away; what stands in it moves to the group around it."""
        self._change_groups(f"Ungroup {self.group_name(group_id)}", lambda groups: groups.remove_group(group_id))

    def set_group_meta(self, group_id: str, meta: Mapping[str, Any], label: str = "Change") -> None:
        """Keep values with a group, such as its name and colour; None takes a key away."""
        name = self.group_name(group_id)

        def change(groups: Groups) -> None:
            merged = {**groups[group_id]["meta"], **meta}
            groups.set_group_meta(group_id, {key: value for key, value in merged.items() if value is not None})

        self._change_groups(f"{label} {name}", change)

    def set_group_members(self, group_id: str, nodes: Iterable[str]) -> None:
        """Have exactly these nodes in a group; see :meth:`Groups.set_members`."""
        members, label = list(nodes), f"Change {self.group_name(group_id)}"
        self._change_groups(label, lambda groups: groups.set_members(group_id, members))

    def set_group_parent(self, group_id: str, parent: str | None) -> None:
        """Put a group into another one, or out of all with None; see :meth:`Groups.set_group_parent`."""
        label = f"Move {self.group_name(group_id)}"
        self._change_groups(label, lambda groups: groups.set_group_parent(group_id, parent))

    def _change_groups(self, label: str, change: Callable[[Groups], object]) -> None:
        self._history.apply(label, operations.ChangeGroups(change))

    def group_name(self, group_id: str) -> str:
        """What a group is called where steps are told."""
        name = self._space.groups[group_id]["meta"].get("name")
        return name if isinstance(name, str) and name else "group"

    # --- the whole --------------------------------------------------------------------------------

    def load(self, document: Mapping[str, Any]) -> list[str]:
        """Have a saved graph in the place of this one; see :meth:`NodeSpace.deserialize`. It can be undone.

        Raises:
            DocumentError: it is no saved graph. Nothing is changed then.
        """
        problems: list[str] = []
        self._history.apply("Load a graph", operations.Load(migrate(document), problems))
        return problems

    def clear(self) -> None:
        """Take everything away."""
        self._history.apply("Clear", operations.SetContent((), {}, Rest()))
