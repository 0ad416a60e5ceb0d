"""A node as a notebook holds it: ``flow["filter"]``."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from funcnodes_jupyter.notebook.daemon import in_daemon
from funcnodes_jupyter.notebook.nodecard import card_of
from funcnodes_jupyter.notebook.ports import Inputs, Outputs, present
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.wire.events import NodeMode, NodeState


class NodeHandle:
    """A node in the worker, known by its uuid: renaming does not lose it.

    Attributes:
        uuid: Identity in the graph.
        inputs: ``inputs["x"] = 3`` sets a value, ``inputs["x"].value`` reads it.
        outputs: ``outputs["out"].value`` brings the value into this process.
    """

    def __init__(self, remote: Remote, uuid: str, output: str = "") -> None:
        self._remote = remote
        self._output = output
        self.uuid = uuid
        self.inputs = Inputs(remote, uuid)
        self.outputs = Outputs(remote, uuid)

    @property
    def name(self) -> str:
        """The name shown; assigning renames the node in every editor."""
        return self._state().name

    @name.setter
    def name(self, name: str) -> None:
        self._remote.command("update_node", {"uuid": self.uuid, "name": name})

    @property
    def node_id(self) -> str:
        """The id of its class, such as ``data.filter_rows``."""
        return self._state().node_id

    @property
    def state(self) -> str:
        """incomplete, idle, queued, running, done, error or cancelled."""
        return self._state().state

    @property
    def stale(self) -> bool:
        """Whether its outputs are older than what they depend on."""
        return self._state().stale

    @property
    def error(self) -> str | None:
        """Why the last run failed, with the worker's traceback; None when it did not."""
        error = self._state().error
        return None if error is None else f"{error.text}\n\n{error.traceback}".rstrip()

    @property
    def seconds(self) -> float | None:
        """How long the last successful run took."""
        return self._state().seconds

    @property
    def mode(self) -> NodeMode:
        """enabled; disabled: never runs; bypassed: hands its inputs on; frozen: keeps its outputs. Can be assigned."""
        return self._state().mode

    @mode.setter
    def mode(self, mode: NodeMode) -> None:
        self._remote.command("update_node", {"uuid": self.uuid, "mode": mode})

    @property
    def timeout(self) -> float | None:
        """Seconds after which a run is ended, None for never. Can be assigned."""
        return self._state().timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._remote.command("update_node", {"uuid": self.uuid, "timeout": seconds})

    @property
    def retries(self) -> int:
        """How often a run that failed is tried again. Can be assigned."""
        return self._state().retries

    @retries.setter
    def retries(self, number: int) -> None:
        self._remote.command("update_node", {"uuid": self.uuid, "retries": number})

    @property
    def log(self) -> list[str]:
        """The last lines that its function printed, logged or warned in the newest run."""
        return [line.text for line in self._state().log.lines]

    @property
    def value(self) -> Any:
        """The value of the variable that it was asked for by, or of its only output, brought into this process.

        Raises:
            NodeFailedError: the node, or one before it, failed.
            NotComputedError: there is no up-to-date value.
            FlowTimeoutError: it takes longer than the flow's ``timeout``.
            AttributeError: it has several outputs, or none, and was not asked for by a variable.
        """
        shown = [port.id for port in self._state().io if not port.is_input and not port.id.startswith("_")]
        if self._output:
            return self.outputs[self._output].value
        if "out" in shown:
            return self.outputs["out"].value
        if len(shown) != 1:
            raise AttributeError(
                f"{self.name!r} has {len(shown)} outputs: say which, as in .outputs[{shown[:1]}].value."
            )
        return self.outputs[shown[0]].value

    def __await__(self) -> Generator[Any, None, Any]:
        """``await flow["x"]`` is its value as soon as it is computed; the notebook's event loop goes on meanwhile.

        Of a node with several outputs it is a dict of their values by id. It raises what :attr:`value` raises.
        """
        return self._awaited().__await__()

    async def _awaited(self) -> Any:
        await self._remote.until_async(lambda graph: graph.settled(self.uuid), self._remote.timeout)
        return await in_daemon(self._value_or_values)

    def _value_or_values(self) -> Any:
        shown = [port.id for port in self._state().io if not port.is_input and not port.id.startswith("_")]
        if self._output or "out" in shown or len(shown) == 1:
            return self.value
        return {io: self.outputs[io].value for io in shown}

    def run(self) -> None:
        """Compute it again, also when it is up to date; what is out of date before it is computed first."""
        self._remote.command("run", {"nodes": [self.uuid], "scope": "to"})

    def cancel(self) -> None:
        """End its run, or take it back when it has not begun."""
        self._remote.command("cancel", {"node": self.uuid})

    def remove(self) -> None:
        """Take it out of the graph, with its edges."""
        self._remote.command("remove_node", {"uuid": self.uuid})

    def _state(self) -> NodeState:
        return present(self._remote.graph(), self.uuid)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        graph = self._remote.graph()
        return card_of(self._remote, graph, present(graph, self.uuid))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeHandle) and (other.uuid, other._remote) == (self.uuid, self._remote)

    def __hash__(self) -> int:
        return hash(self.uuid)

    def __repr__(self) -> str:
        node = self._state()
        stale = ", stale" if node.stale else ""
        return f"<node {node.name!r} ({node.node_id}): {node.state}{stale}>"
