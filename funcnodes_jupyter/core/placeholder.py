"""A node whose class is not there: it keeps everything that was saved of it and never runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.core.engine import Engine
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput


class PlaceholderNode(Node):
    """Stands for a node of a missing package; saved again, it is the same record.

    Args:
        record: The node as it was saved.
    """

    __slots__ = ("record",)

    node_name = "Unknown node"
    description = "The package that brings this node is not installed. Nothing of it is lost."

    def __init__(self, record: Mapping[str, Any], engine: Engine) -> None:
        name = record.get("name") or record["node_id"]
        super().__init__(uuid=record["id"], name=name, trigger_on_create=False, engine=engine)
        self.record = dict(record)
        for port_id, port in record.get("io", {}).items():
            if port_id not in ("_triggerinput", "_triggeroutput"):
                self.ensure_port(port_id, bool(port.get("is_input", True)))

    @property
    def kept_record(self) -> dict[str, Any]:
        return self.record

    @property
    def missing_node_id(self) -> str:
        """The id of the class that is not there."""
        return str(self.record["node_id"])

    def ensure_port(self, port_id: str, is_input: bool) -> None:
        """Have a port of that id, for an edge that was saved."""
        if port_id in self.inputs or port_id in self.outputs:
            return
        if is_input:
            self.add_input(NodeInput(port_id, required=True))
        else:
            self.add_output(NodeOutput(port_id))

    def func(self, **arguments: Any) -> None:
        raise NotImplementedError(f"The node class {self.missing_node_id!r} is not installed.")
