"""The ports of a node as a notebook holds them: ``node.inputs["x"] = 3``, ``node.outputs["out"].value``."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from msgspec import UNSET, convert

from funcnodes_jupyter.core.errors import NodeNotFoundError
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.notebook.arguments import input_argument
from funcnodes_jupyter.notebook.errors import FlowError, InputConnectedError, NodeFailedError, NotComputedError
from funcnodes_jupyter.notebook.graph import Graph, port_of, shown_ports
from funcnodes_jupyter.notebook.mismatch import differences
from funcnodes_jupyter.notebook.nodecard import side_card
from funcnodes_jupyter.notebook.remote import VALUE_TIMEOUT, Remote
from funcnodes_jupyter.notebook.valuecard import value_html
from funcnodes_jupyter.wire.client import BinaryResult
from funcnodes_jupyter.wire.errors import CommandError, NotSharedError, UnpackingError
from funcnodes_jupyter.wire.events import NodeState, PortState
from funcnodes_jupyter.wire.parcels import unpacked
from funcnodes_jupyter.wire.sharedmemory import SharedAddress, mapped

H = TypeVar("H")


class InputHandle:
    """An input of a node in the worker. Asks the worker each time, so it is never out of date."""

    def __init__(self, remote: Remote, uuid: str, io: str) -> None:
        self._remote = remote
        self._uuid = uuid
        self.id = io

    @property
    def value(self) -> Any:
        """What a run would get: the value that was set or received, else the default; NoValue when there is none."""
        port = self._port()
        if port.value is None:
            return NoValue
        if port.value.value is not UNSET:
            return port.value.value
        return fetch(self._remote, self._uuid, self.id)

    @value.setter
    def value(self, value: Any) -> None:
        self.set(value)

    def set(self, value: Any) -> None:
        """Set the value; the nodes that depend on it compute. NoValue goes back to the default.

        Raises:
            CommandError: the value does not fit the input (``code`` is "ValueConversionError").
            InputConnectedError: the input gets its value from another node.
            TypeError: the value is no plain data.
        """
        graph = self._remote.graph()
        node = present(graph, self._uuid)
        port_of(node, self.id, is_input=True)
        name = f"{node.name}.{self.id}"
        source = graph.source_of(self._uuid, self.id)
        if source is not None:
            raise InputConnectedError(name, source)
        argument = input_argument(value, name)
        self._remote.command("update_node", {"uuid": self._uuid, "io_id": self.id, **argument})

    def reset(self) -> None:
        """Go back to the default."""
        self.set(NoValue)

    @property
    def options(self) -> list[Any]:
        """The values that are offered, such as the columns of a connected table; empty when any will do."""
        offered = self._port().value_options.get("options", [])
        values = list(offered.values()) if isinstance(offered, dict) else offered
        return [value[1] if isinstance(value, list) and len(value) == 2 else value for value in values]

    @property
    def description(self) -> str:
        """What the input is for."""
        return self._port().description

    @property
    def source(self) -> str | None:
        """``node.port`` that it receives from, None when it has no source."""
        return self._remote.graph().source_of(self._uuid, self.id)

    def _port(self) -> PortState:
        return port_of(present(self._remote.graph(), self._uuid), self.id, is_input=True)

    def __repr__(self) -> str:
        return f"<input {self.id}: {_shown(self._port())}>"

    def _repr_html_(self) -> str | None:
        return value_html(self._remote, self._uuid, self.id) or None


class OutputHandle:
    """An output of a node in the worker."""

    def __init__(self, remote: Remote, uuid: str, io: str) -> None:
        self._remote = remote
        self._uuid = uuid
        self.id = io

    @property
    def value(self) -> Any:
        """The value itself, a copy in this process. Waits until the node has computed.

        Raises:
            NodeFailedError: the node failed, or one before it; with the worker's traceback.
            NotComputedError: the node has not run, or not since something changed.
            FlowTimeoutError: it takes longer than ``flow.timeout``.
        """
        graph = self._remote.until(lambda graph: graph.settled(self._uuid), self._remote.timeout)
        node = present(graph, self._uuid)
        port_of(node, self.id, is_input=False)
        _check_fresh(graph, node)
        return fetch(self._remote, self._uuid, self.id)

    def _port(self) -> PortState:
        return port_of(present(self._remote.graph(), self._uuid), self.id, is_input=False)

    def __repr__(self) -> str:
        return f"<output {self.id}: {_shown(self._port())}>"

    def _repr_html_(self) -> str | None:
        return value_html(self._remote, self._uuid, self.id) or None


class _Side(Mapping[str, H]):
    """The ports of one side of a node by id."""

    _is_input: ClassVar[bool]

    def __init__(self, remote: Remote, uuid: str) -> None:
        self._remote = remote
        self._uuid = uuid

    def _handle(self, io: str) -> H:
        raise NotImplementedError

    def _ports(self) -> list[PortState]:
        return shown_ports(present(self._remote.graph(), self._uuid), is_input=self._is_input)

    def __getitem__(self, io: str) -> H:
        port_of(present(self._remote.graph(), self._uuid), io, is_input=self._is_input)
        return self._handle(io)

    def __iter__(self) -> Iterator[str]:
        return iter([port.id for port in self._ports()])

    def __len__(self) -> int:
        return len(self._ports())

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{port.id!r}: {_shown(port)}" for port in self._ports()) + "}"

    def _repr_html_(self) -> str:
        graph = self._remote.graph()
        return side_card(graph, present(graph, self._uuid), is_input=self._is_input)


class Inputs(_Side[InputHandle]):
    """The inputs of a node by id. ``inputs["x"] = 3`` sets the value."""

    _is_input = True

    def _handle(self, io: str) -> InputHandle:
        return InputHandle(self._remote, self._uuid, io)

    def __setitem__(self, io: str, value: Any) -> None:
        self._handle(io).set(value)


class Outputs(_Side[OutputHandle]):
    """The outputs of a node by id."""

    _is_input = False

    def _handle(self, io: str) -> OutputHandle:
        return OutputHandle(self._remote, self._uuid, io)


def present(graph: Graph, uuid: str) -> NodeState:
    """The node of that uuid.

    Raises:
        NodeNotFoundError: it was removed.
    """
    node = graph.nodes.get(uuid)
    if node is None:
        raise NodeNotFoundError(f"The node {uuid} was removed.")
    return node


def fetch(remote: Remote, uuid: str, io: str) -> Any:
    """A copy of the whole value of a port.

    Raises:
        NotComputedError: the port has no value.
        FlowError: the value cannot be read here, or travels in another form.
    """
    try:
        parts = _parts(remote, {"node": uuid, "io": io, "format": "pickle"})
    except CommandError as error:
        if error.code == "NoValueError":
            raise NotComputedError(error.message) from None
        raise
    try:
        # The worker is this user's own process, reached with the secret of its private connection file.
        return unpacked(parts)
    except UnpackingError as error:
        node = remote.last_known().nodes.get(uuid)
        port = io if node is None else f"{node.name}.{io}"
        raise FlowError(
            f"This kernel, which runs Python {platform.python_version()}, cannot take the value of {port!r}: {error}."
            f"{differences(remote, parts[0])}"
        ) from error


def _parts(remote: Remote, question: Mapping[str, Any]) -> Sequence[memoryview | bytes]:
    """The pickled value, from memory that both processes share if there is such and it is large."""
    answer = remote.command("get_io_full_value", {**question, "shared": remote.shares}, VALUE_TIMEOUT)
    if isinstance(answer, BinaryResult):
        return [answer.data]
    address = convert(answer["shared"], SharedAddress)
    try:
        return mapped(address)
    except NotSharedError:
        remote.shares = False
    finally:
        remote.command("release_shared", {"token": address.token})
    return _parts(remote, question)


def _check_fresh(graph: Graph, node: NodeState) -> None:
    """Refuse a value that is missing, or older than what it depends on."""
    if node.state == "done" and not node.stale:
        return
    for before in graph.upstream(node.uuid):
        if before.error is not None:
            raise NodeFailedError(before.name, before.error.text, before.error.traceback, node.name)
        if before.untrusted:
            raise NotComputedError(
                f"{before.name!r} holds code that came from elsewhere: look at it in the editor, then call flow.trust()."
            )
        if before.missing:
            raise NotComputedError(f"{before.name!r} cannot run: it has no value for {', '.join(before.missing)}.")
    if node.state == "cancelled":
        raise NotComputedError(f"The run of {node.name!r} was cancelled. flow.run({node.name!r}) computes it.")
    if node.stale:
        raise NotComputedError(f"{node.name!r} is out of date. flow.run({node.name!r}) computes it.")
    if node.state == "idle":
        raise NotComputedError(f"{node.name!r} has not run yet. flow.run({node.name!r}) computes it.")


def _shown(port: PortState) -> str:
    return port.value.text if port.value is not None else "no value"
