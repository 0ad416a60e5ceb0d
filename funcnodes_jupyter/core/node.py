"""The node: ports around a function, and its place in a graph."""

from __future__ import annotations

import inspect
import uuid as uuid_module
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from funcnodes_jupyter.core.declared import declared_ports, describe_function
from funcnodes_jupyter.core.engine import Engine
from funcnodes_jupyter.core.errors import IONotFoundError, MissingDefaultError
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.facts import NodeChanged
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO, NodeOutput
from funcnodes_jupyter.core.ports import Ports
from funcnodes_jupyter.core.portspec import PortSpec
from funcnodes_jupyter.core.progress import ProgressBar
from funcnodes_jupyter.core.runreport import RunError
from funcnodes_jupyter.core.schedule import Slot
from funcnodes_jupyter.core.values import NoValue

T = TypeVar("T")

TRIGGER_INPUT = PortSpec("_triggerinput", True, "trigger", required=False, hidden=True, allow_multiple=True)
TRIGGER_OUTPUT = PortSpec("_triggeroutput", False, "trigger", required=False, hidden=True, allow_multiple=True)


class Node(EventEmitter):
    """Base of all nodes.

    A subclass names its ports as class attributes (:class:`NodeInput`, :class:`NodeOutput`) and gives
    ``func``, called with keywords by input id. Most classes are made by ``NodeDecorator``.

    Args:
        uuid: Identity in the graph (``id`` is another name for it); a new one when left out.
        name: The name shown; the class's ``node_name`` when left out.
        io_options: ``{port id: {option: value}}`` over the class's port options.
        trigger_on_create: Whether a node whose inputs are all ready runs at once.
        properties: What others keep with the node, such as its place on the screen.
        engine: The engine of the nodespace that makes the node.

    Raises:
        TypeError: an argument or an option that does not exist.
        IONotFoundError: ``io_options`` name a port that does not exist.
    """

    __slots__ = (
        "__weakref__", "_carriers", "_ins", "_name", "_outs", "_properties", "_space", "callee", "engine", "followers", "function", "inputs",
        "outputs", "progress_state", "removed", "reset_inputs_on_trigger", "slot", "uuid",
    )  # fmt: skip

    node_id: ClassVar[str] = ""
    node_name: ClassVar[str] = ""
    description: ClassVar[str] = ""
    run_kind: ClassVar[str] = "plain"
    returns_outputs: ClassVar[bool] = False
    default_render_options: ClassVar[Mapping[str, Any]] = {}
    default_trigger_on_create: ClassVar[bool] = True
    default_reset_inputs_on_trigger: ClassVar[bool] = False
    input_specs: ClassVar[tuple[PortSpec, ...]] = ()
    output_specs: ClassVar[tuple[PortSpec, ...]] = ()
    function_name: ClassVar[str] = ""
    function_file: ClassVar[str | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declared = declared_ports(cls)
        cls.input_specs = tuple(spec for spec in declared if spec.is_input)
        cls.output_specs = tuple(spec for spec in declared if not spec.is_input)
        if not cls.__dict__.get("node_name"):
            cls.node_name = cls.__dict__.get("node_name", "") or cls.__name__
        if "description" not in cls.__dict__ and cls.__doc__:
            cls.description = inspect.cleandoc(cls.__doc__)
        if "func" in cls.__dict__:
            describe_function(cls)

    def __init__(
        self,
        uuid: str | None = None,
        *,
        id: str | None = None,
        name: str | None = None,
        io_options: Mapping[str, Mapping[str, Any]] | None = None,
        trigger_on_create: bool | None = None,
        reset_inputs_on_trigger: bool | None = None,
        properties: Mapping[str, Any] | None = None,
        engine: Engine | None = None,
    ) -> None:
        self._listeners = None
        self.uuid: str = uuid or id or uuid_module.uuid4().hex
        self._name = name or ""
        self._space: EventEmitter | None = None
        self._properties: dict[str, Any] = dict(properties or {})
        self.slot = Slot()
        self.removed = False
        self.progress_state: tuple[float | None, str] | None = None
        self.reset_inputs_on_trigger = (
            self.default_reset_inputs_on_trigger if reset_inputs_on_trigger is None else reset_inputs_on_trigger
        )
        self.engine = engine or Engine()
        if not self.engine.owned:
            self.engine.members.append(self)
        self._make_ports(io_options or {})
        self.function: Callable[..., Any] = self._function()
        self.callee: Callable[..., Any]
        self._choose_callee()
        if self.default_trigger_on_create if trigger_on_create is None else trigger_on_create:
            self._request_if_ready()

    def _make_ports(self, io_options: Mapping[str, Mapping[str, Any]]) -> None:
        self.inputs: Ports[NodeInput] = Ports(self)
        self.outputs: Ports[NodeOutput] = Ports(self)
        self._ins: list[NodeInput] = []
        self._carriers: tuple[tuple[str, NodeInput], ...] | None = None
        self.followers: tuple[Node, ...] | None = None
        self._outs: list[NodeOutput] = []
        for spec in (*self.input_specs, TRIGGER_INPUT):
            self._place_input(NodeInput.bound(spec, self))  # type: ignore[arg-type]
        for spec in (*self.output_specs, TRIGGER_OUTPUT):
            self._place_output(NodeOutput.bound(spec, self))  # type: ignore[arg-type]
        for port_id, options in io_options.items():
            self[port_id].override(**options)
        if any(spec.on for spec in (*self.input_specs, *self.output_specs)):
            self.engine.listened = True

    def _place_input(self, port: NodeInput) -> None:
        self.inputs.place(port)
        self._ins.append(port)

    def _place_output(self, port: NodeOutput) -> None:
        self.outputs.place(port)
        self._outs.append(port)

    def func(self, **arguments: Any) -> Any:
        """What the node computes, called with keywords by input id; a subclass gives its own."""
        raise NotImplementedError(f"{type(self).__name__} has no func.")

    def _function(self) -> Callable[..., Any]:
        return self.func

    def _request_if_ready(self) -> None:
        with self.engine.lock:
            if self.missing():
                return
            self.engine.schedule.request(self)
        self.engine.runner.wake()

    # --- identity ---------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name shown: the one given, else the class's."""
        return self._name or self.node_name

    @name.setter
    def name(self, name: str) -> None:
        with self.engine.lock:
            self._name = name
            self._changed("name")

    @property
    def given_name(self) -> str:
        """The name somebody gave this node, empty when nobody did."""
        return self._name

    def set_property(self, key: str, value: Any) -> None:
        """Keep ``value`` with the node; it is saved with it. None takes the key away."""
        with self.engine.lock:
            if value is None:
                self._properties.pop(key, None)
            else:
                self._properties[key] = value
            self._changed("properties")

    def get_property(self, key: str, default: Any = None) -> Any:
        """What was kept under ``key``."""
        return self._properties.get(key, default)

    @property
    def properties(self) -> dict[str, Any]:
        return dict(self._properties)

    def _changed(self, *fields: str) -> None:
        if self.engine.observed:
            self.engine.tell(NodeChanged(self, fields))

    # --- ports ------------------------------------------------------------------------------------

    @property
    def ports(self) -> Iterator[NodeIO]:
        """All ports, inputs first, each side in order with the trigger port last."""
        yield from self._ins
        yield from self._outs

    def __getitem__(self, port_id: str) -> NodeIO:
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
        port: Any = NodeInput.bound(declared.spec, self)
        self._insert(self._ins, port)
        self.inputs.place(port)
        return port  # type: ignore[no-any-return]

    def add_output(self, declared: NodeOutput) -> NodeOutput:
        """Add an output after ``declared`` to this node alone; returns the node's own port."""
        port: Any = NodeOutput.bound(declared.spec, self)
        self._insert(self._outs, port)
        self.outputs.place(port)
        return port  # type: ignore[no-any-return]

    def _insert(self, side: list[Any], port: NodeIO) -> None:
        with self.engine.lock:
            if port.id in self.inputs or port.id in self.outputs:
                raise ValueError(f"{self.name} has a port {port.id!r} already.")
            side.insert(len(side) - 1, port)
            self._carriers = self.followers = None
            self._choose_callee()
            self._changed("ports")

    # --- state ------------------------------------------------------------------------------------

    def missing(self) -> list[str]:
        """The ids of required inputs that have neither a value nor a source."""
        return [port.id for port in self._ins if port.required and not port._sources and not port.has_value]

    @property
    def state(self) -> str:
        """incomplete, idle, queued, running, done, error or cancelled."""
        slot = self.slot
        if slot.running:
            return "running"
        if slot.requested:
            return "queued"
        if self.missing():
            return "incomplete"
        if slot.error is not None:
            return "error"
        if slot.cancelled:
            return "cancelled"
        return "done" if slot.ran else "idle"

    @property
    def stale(self) -> bool:
        """Whether the outputs are older than what they depend on (never of a node that cannot run yet)."""
        slot = self.slot
        return slot.stale and not slot.running and (slot.ran or not self.missing())

    @property
    def error(self) -> RunError | None:
        """Why the last run failed, None when it did not."""
        return self.slot.error

    @property
    def seconds(self) -> float | None:
        """How long the last successful run took."""
        return self.slot.seconds

    # --- running ----------------------------------------------------------------------------------

    def arguments(self) -> dict[str, Any] | None:
        """The keywords of a run, or None when it may not run: an input is missing, or upstream is not up to date."""
        carriers = self._carriers
        if carriers is None:
            # The trigger input comes last and carries no value.
            carriers = self._carriers = tuple((port.id, port) for port in self._ins[:-1])
        found: dict[str, Any] = {}
        for port_id, port in carriers:
            if port._sources:
                for source in port._sources:
                    slot = source._node.slot  # type: ignore[union-attr]
                    if (slot.stale or slot.trouble or source._spec.is_input) and self._blocked_by(source):
                        return None
            value = port._value
            if value is NoValue:
                value = port.default
                if value is NoValue:
                    if port.required:
                        return None
                    continue
                if isinstance(value, NodeInput.DefaultFactory):
                    self.callee = self._call_fully  # from now on, for it alone makes them
            found[port_id] = value
        triggers = self._ins[-1]._sources
        if triggers and any(map(self._blocked_by, triggers)):
            return None
        return found

    def _blocked_by(self, source: NodeIO) -> bool:
        if self.slot.forced:
            return False
        obstacle = _obstacle(source)
        if obstacle is not None:
            self.slot.blame = obstacle
        return obstacle is not None

    def _choose_callee(self) -> None:
        """Call the function itself if that will do: with plain arguments, for at most one output."""
        simple = self.run_kind not in ("plain", "thread") or len(self._outs) <= 2 or not self.returns_outputs
        self.callee = self.function if simple else self._call_fully

    def _call_fully(self, **arguments: Any) -> Any:
        """Make the defaults that are made on reading, call the function, and split what it returns."""
        for port_id, value in list(arguments.items()):
            if isinstance(value, NodeInput.DefaultFactory):
                port = self.inputs[port_id]
                arguments[port_id] = value.make(port)
                if arguments[port_id] is NoValue:
                    del arguments[port_id]
                    if port.required:
                        raise MissingDefaultError(f"{port.full_name} has no value.")
        result = self.function(**arguments)
        return self.split(result) if self.run_kind in ("plain", "thread") else result

    def split(self, result: Any) -> Any:
        """What the function returned, as a tuple when there are several outputs. Never called under the lock.

        Raises:
            TypeError: it cannot be split.
            ValueError: it has more or fewer parts than there are outputs.
        """
        count = len(self._outs) - 1
        if count <= 1 or not self.returns_outputs:
            return result
        parts = tuple(result)
        if len(parts) != count:
            raise ValueError(f"The function returned {len(parts)} values for {count} outputs.")
        return parts

    def hand_on(self, result: Any) -> None:
        """Send what :meth:`split` gave to the outputs. Called under the lock."""
        outputs = self._outs
        count = len(outputs) - 1
        if count == 1:
            self.engine.send(outputs[0], result)
        elif count > 1:
            # Outputs that came during the run get nothing from it.
            for output, value in zip(outputs[:count], result, strict=False):
                self.engine.send(output, value)

    def after_success(self) -> None:
        """Order the runs that are chained to this one and reset inputs, if asked for. Called under the lock."""
        self.progress_state = None
        for target in self._outs[-1]._targets:
            self.engine.schedule.request(target.node)
        if self.reset_inputs_on_trigger:
            for port in self._ins:
                if not port._sources and port._value is not NoValue:
                    self.engine._store(port, NoValue)

    def request_trigger(self) -> None:
        """Ask for a run; it happens when the node is ready and all upstream has settled."""
        with self.engine.lock:
            self.engine.schedule.request(self)
        self.engine.runner.wake()

    def __await__(self) -> Generator[Any, None, None]:
        return self.engine.runner.run_node(self).__await__()

    def initialize_and_call(self, **inputs: Any) -> Any:
        """Call the function with these arguments, without touching the node."""
        return self.function(**inputs)

    def progress(
        self, iterable: Iterable[T] | None = None, total: float | None = None, desc: str | None = None, unit: str = "it"
    ) -> ProgressBar[T]:
        """Show on the node how far its function is: a ``tqdm`` bound to the node.

        Args:
            iterable: What the bar yields when it is iterated over. Without one, its ``update(n)`` counts.
            total: Number of steps; the length of ``iterable`` when it has one.
            desc: A few words in front of the count.
            unit: What is counted.
        """
        return ProgressBar(self, iterable, total, desc, unit)

    def cleanup(self) -> None:
        """Called when the node leaves its nodespace; a subclass frees what it holds."""

    def _parent_emitter(self) -> tuple[EventEmitter | None, dict[str, Any]]:
        return self._space, {"node": self}

    def _begin_listening(self) -> None:
        self.engine.listened = True

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.state}>"

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def _obstacle(source: NodeIO) -> Node | None:
    """The node behind ``source`` whose value must not be used: failed, cancelled, or out of date."""
    if source.is_input:
        followed = getattr(source, "_sources", ())
        return next((found for found in map(_obstacle, followed) if found is not None), None)
    node = source._node
    assert node is not None
    slot = node.slot
    if slot.trouble or (slot.stale and source._value is not NoValue):
        return node
    return None
