"""A node whose class is not there: it keeps everything that was saved of it and never runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.core.binding import bind_inputs, bind_outputs
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
    description = "The package that brings this node is not installed, or cannot be loaded. Nothing of it is lost."

    def __init__(self, record: Mapping[str, Any], engine: Engine) -> None:
        self.record = dict(record)
        super().__init__(uuid=record["id"], name=record.get("name") or None, trigger_on_create=False, engine=engine)
        for port_id, port in record.get("io", {}).items():
            if port_id not in ("_triggerinput", "_triggeroutput"):
                self.ensure_port(port_id, bool(port.get("is_input", True)))

    @property
    def unnamed(self) -> str:
        """What is shown while nobody gave it a name: the id of the class that is not there."""
        return self.missing_node_id

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
        # Not as ports that this node alone has: its class has them, wherever it is.
        with self.engine.lock:
            if is_input:
                self._ins = (*self._ins, *bind_inputs((NodeInput(port_id, required=True).spec,), self))
            else:
                self._outs = (*self._outs, *bind_outputs((NodeOutput(port_id).spec,), self))
            self._reshaped()

    def func(self, **arguments: Any) -> None:
        raise NotImplementedError(f"The node class {self.missing_node_id!r} is not installed.")
