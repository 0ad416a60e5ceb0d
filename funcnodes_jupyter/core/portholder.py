"""The ports of a node: those of its class, those that it alone has, and the two that order runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.binding import bind_inputs, bind_outputs
from funcnodes_jupyter.core.errors import IONotFoundError
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO, NodeOutput
from funcnodes_jupyter.core.ports import Ports
from funcnodes_jupyter.core.portspec import PortSpec

if TYPE_CHECKING:
    from funcnodes_jupyter.core.engine import Engine

TRIGGER_INPUT = PortSpec("_triggerinput", True, "trigger", "trigger", required=False, hidden=True, allow_multiple=True)
TRIGGER_OUTPUT = PortSpec(
    "_triggeroutput", False, "trigger", "trigger", required=False, hidden=True, allow_multiple=True
)


class PortHolder(EventEmitter):
    """Base of the node: holds its ports.

    Trigger ports, and the dicts of all ports, are made when somebody asks for them: most nodes of a large graph
    never need them.
    """

    __slots__ = ("_inputs", "_ins", "_outputs", "_outs", "_trigger_in", "_trigger_out")

    engine: Engine
    name: Any

    def _make_ports(self, inputs: Sequence[PortSpec], outputs: Sequence[PortSpec]) -> None:
        self._trigger_in: NodeInput | None = None
        self._trigger_out: NodeOutput | None = None
        self._inputs: Ports[NodeInput] | None = None
        self._outputs: Ports[NodeOutput] | None = None
        self._ins = bind_inputs(inputs, self)
        self._outs = bind_outputs(outputs, self)

    @property
    def inputs(self) -> Ports[NodeInput]:
        """The inputs by id, in order, the trigger input last."""
        if self._inputs is None:
            self._inputs = Ports(self, (*self._ins, self.trigger_input))
        return self._inputs

    @property
    def outputs(self) -> Ports[NodeOutput]:
        """The outputs by id, in order, the trigger output last."""
        if self._outputs is None:
            self._outputs = Ports(self, (*self._outs, self.trigger_output))
        return self._outputs

    @property
    def trigger_input(self) -> NodeInput:
        """The port that orders a run of this node and carries no value."""
        if self._trigger_in is None:
            (self._trigger_in,) = bind_inputs((TRIGGER_INPUT,), self)
        return self._trigger_in

    @property
    def trigger_output(self) -> NodeOutput:
        """The port that tells others that a run of this node succeeded."""
        if self._trigger_out is None:
            (self._trigger_out,) = bind_outputs((TRIGGER_OUTPUT,), self)
        return self._trigger_out

    @property
    def ports(self) -> Iterator[NodeIO]:
        """All ports, inputs first, each side in order with the trigger port last."""
        yield from (*self._ins, self.trigger_input, *self._outs, self.trigger_output)

    @property
    def made_ports(self) -> Iterator[NodeIO]:
        """The same without trigger ports that nobody has asked for yet."""
        yield from self._ins
        if self._trigger_in is not None:
            yield self._trigger_in
        yield from self._outs
        if self._trigger_out is not None:
            yield self._trigger_out

    def __getitem__(self, port_id: str) -> NodeIO:
        for found in self._ins:
            if found._spec.id == port_id:
                return found
        for port in self._outs:
            if port._spec.id == port_id:
                return port
        if port_id in self.inputs:
            return self.inputs[port_id]
        if port_id in self.outputs:
            return self.outputs[port_id]
        known = ", ".join([*self.inputs, *self.outputs])
        raise IONotFoundError(f"{self.name} has no port {port_id!r}, only {known}.")

    def __setitem__(self, port_id: str, value: Any) -> None:
        port: Any = self[port_id]
        port.set_value(value)

    def get_input(self, port_id: str) -> NodeInput:
        """The input of that id, else IONotFoundError."""
        return self.inputs[port_id]

    def get_output(self, port_id: str) -> NodeOutput:
        """The output of that id, else IONotFoundError."""
        return self.outputs[port_id]

    def add_input(self, declared: NodeInput) -> NodeInput:
        """Add an input after ``declared`` to this node alone; returns the node's own port."""
        with self.engine.lock:
            self._refuse_known(declared.id)
            (port,) = bind_inputs((replace(declared.spec, added=True),), self)
            self._ins = (*self._ins, port)
            self._reshaped()
        return port

    def add_output(self, declared: NodeOutput) -> NodeOutput:
        """Add an output after ``declared`` to this node alone; returns the node's own port."""
        with self.engine.lock:
            self._refuse_known(declared.id)
            (port,) = bind_outputs((replace(declared.spec, added=True),), self)
            self._outs = (*self._outs, port)
            self._reshaped()
        return port

    def remove_input(self, port: str | NodeInput) -> None:
        """Take an input away, by id or itself, with its edges.

        Raises:
            IONotFoundError: this node has no such input.
            ValueError: it is the trigger input.
        """
        with self.engine.lock:
            gone = self.inputs[port if isinstance(port, str) else port.id]
            self._refuse_trigger(gone)
            gone.disconnect()
            self._ins = tuple(kept for kept in self._ins if kept is not gone)
            self._reshaped()

    def remove_output(self, port: str | NodeOutput) -> None:
        """Take an output away, by id or itself, with its edges; see :meth:`remove_input`."""
        with self.engine.lock:
            gone = self.outputs[port if isinstance(port, str) else port.id]
            self._refuse_trigger(gone)
            gone.disconnect()
            self._outs = tuple(kept for kept in self._outs if kept is not gone)
            self._reshaped()

    def _refuse_trigger(self, port: NodeIO) -> None:
        if port in (self._trigger_in, self._trigger_out):
            raise ValueError(f"{port.full_name} belongs to every node.")

    def _refuse_known(self, port_id: str) -> None:
        if port_id in self.inputs or port_id in self.outputs:
            raise ValueError(f"{self.name} has a port {port_id!r} already.")

    def _reshaped(self) -> None:
        """A port came or went: whoever holds the dicts of ports sees it, too."""
        if self._inputs is not None:
            self._inputs.place((*self._ins, self.trigger_input))
        if self._outputs is not None:
            self._outputs.place((*self._outs, self.trigger_output))
