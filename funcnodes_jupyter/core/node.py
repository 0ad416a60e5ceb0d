"""The node: ports around a function, and its place in a graph."""

from __future__ import annotations

import inspect
import uuid as uuid_module
from collections.abc import Callable, Coroutine, Generator, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar

from funcnodes_jupyter.core import document as saved
from funcnodes_jupyter.core import invocation
from funcnodes_jupyter.core.declared import declared_ports, describe_function
from funcnodes_jupyter.core.described import Description, describe_class, describe_node, describe_status
from funcnodes_jupyter.core.engine import Engine
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.facts import NodeChanged
from funcnodes_jupyter.core.modes import NodeMode, checked_node_mode
from funcnodes_jupyter.core.modeswitch import switch_mode
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.oneshot import run_once
from funcnodes_jupyter.core.portholder import PortHolder
from funcnodes_jupyter.core.portspec import PortSpec
from funcnodes_jupyter.core.progress import ProgressBar, report_progress
from funcnodes_jupyter.core.runreport import RunError
from funcnodes_jupyter.core.schedule import Slot

T = TypeVar("T")


class Node(PortHolder):
    """Base of all nodes.

    A subclass names its ports as class attributes (:class:`NodeInput`, :class:`NodeOutput`) and gives
    ``func``, called with keywords by input id. Most classes are made by ``NodeDecorator``.

    Args:
        uuid: Identity in the graph (``id`` is another name for it); a new one when left out.
        name: The name shown; the class's ``node_name`` when left out.
        io_options: ``{port id: {option: value}}`` over the class's port options.
        trigger_on_create: Whether a node whose inputs are all ready runs at once.
        properties: What others keep with the node, such as its place on the screen.
        mode: enabled, disabled, bypassed or frozen; see :mod:`funcnodes_jupyter.core.modes`.
        timeout: Seconds after which a run is ended, None for never.
        retries: How often a run that failed is tried again.
        engine: The engine of the nodespace that makes the node.

    Raises:
        TypeError: an argument or an option that does not exist.
        IONotFoundError: ``io_options`` name a port that does not exist.
    """

    __slots__ = (
        "__weakref__", "_carriers", "_name", "_properties", "_space", "callee", "direct", "engine", "followers", "function", "hands_on", "kept", "mode",
        "progress_state", "removed", "reset_inputs_on_trigger", "retries", "slot", "timeout", "uuid",
    )  # fmt: skip

    node_id: ClassVar[str] = ""
    node_name: ClassVar[str] = ""
    pack_name: ClassVar[str] = ""
    """The pack that the class is of; empty for what comes with this package, and for classes made by hand."""
    description: str = ""
    run_kind: str = "plain"
    returns_outputs: ClassVar[bool] = False
    default_render_options: ClassVar[Mapping[str, Any]] = {}
    default_trigger_on_create: ClassVar[bool] = True
    default_reset_inputs_on_trigger: ClassVar[bool] = False
    default_timeout: ClassVar[float | None] = None
    default_retries: ClassVar[int] = 0
    input_specs: ClassVar[tuple[PortSpec, ...]] = ()
    output_specs: ClassVar[tuple[PortSpec, ...]] = ()
    function_name: ClassVar[str] = ""
    function_file: str | None = None

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
        mode: NodeMode = "enabled",
        timeout: float | None = None,
        retries: int | None = None,
        engine: Engine | None = None,
    ) -> None:
        self._listeners = None
        self.uuid: str = uuid or id or uuid_module.uuid4().hex
        self._name = name or ""
        self._space: EventEmitter | None = None
        self._properties: dict[str, Any] | None = dict(properties) if properties else None
        self.slot = Slot()
        self.removed = False
        self.kept: dict[str, Any] | None = None  # what was saved with the node and is not understood here
        self.progress_state: tuple[float | None, str] | None = None
        self.reset_inputs_on_trigger = (
            self.default_reset_inputs_on_trigger if reset_inputs_on_trigger is None else reset_inputs_on_trigger
        )
        self.mode: NodeMode = mode if mode == "enabled" else checked_node_mode(mode)
        self.timeout = self.default_timeout if timeout is None else timeout
        self.retries = self.default_retries if retries is None else retries
        if engine is None:
            engine = Engine()
        self.engine = engine
        if not engine.owned:
            engine.members.append(self)
        self._carriers: tuple[tuple[str, NodeInput], ...] | None = None
        self.followers: tuple[Node, ...] | None = None
        self._make_ports(self.input_specs, self.output_specs)
        if io_options:
            for port_id, options in io_options.items():
                self[port_id].override(**options)
        self.function: Callable[..., Any] = self._function()
        self.prepare()
        if self.default_trigger_on_create if trigger_on_create is None else trigger_on_create:
            self._request_if_ready()

    @property
    def travelling_function(self) -> Callable[..., Any]:
        """The function that a process is to call: without this node, which does not travel."""
        return getattr(type(self), "o_func", self.function)

    def func(self, **arguments: Any) -> Any:
        """What the node computes, called with keywords by input id; a subclass gives its own."""
        raise NotImplementedError(f"{type(self).__name__} has no func.")

    def _function(self) -> Callable[..., Any]:
        return self.func

    def _request_if_ready(self) -> None:
        if not invocation.is_ready(self):
            return  # whoever makes it ready asks for its run, so this needs no lock
        with self.engine.lock:
            self.engine.ask(self)
        self.engine.runner.wake()

    # --- identity ---------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The uuid."""
        return self.uuid

    @property
    def name(self) -> str:
        """The name shown: the one given, else the class's."""
        return self._name or self.unnamed

    @name.setter
    def name(self, name: str) -> None:
        with self.engine.lock:
            self._name = name
            self._changed("name")

    @property
    def unnamed(self) -> str:
        """What is shown while nobody gave the node a name."""
        return self.node_name

    @property
    def given_name(self) -> str:
        """The name somebody gave this node, empty when nobody did."""
        return self._name

    def set_property(self, key: str, value: Any) -> None:
        """Keep ``value`` with the node; it is saved with it. None takes the key away."""
        with self.engine.lock:
            kept = self.properties
            if value is None:
                kept.pop(key, None)
            else:
                kept[key] = value
            self._properties = kept or None
            self._changed("layout" if key.startswith(saved.VIEW_PREFIX) else "properties")

    def get_property(self, key: str, default: Any = None) -> Any:
        """What was kept under ``key``."""
        return self._properties.get(key, default) if self._properties else default

    @property
    def properties(self) -> dict[str, Any]:
        """What others keep with the node."""
        return dict(self._properties or {})

    def _changed(self, *fields: str) -> None:
        if self.engine.observed:
            self.engine.tell(NodeChanged(self, fields))

    # --- describing -------------------------------------------------------------------------------

    @property
    def kept_record(self) -> dict[str, Any] | None:
        """The saved record that this node stands for, when its class is not there."""
        return None

    def serialize(self) -> dict[str, Any]:
        """What is saved of this node, as JSON can hold it; see :mod:`funcnodes_jupyter.core.document`."""
        with self.engine.lock:
            record = saved.node_record(self)
        return saved.encoded_record(record)

    def full_serialize(self, with_io_values: bool = False) -> Description:
        """All that there is to know of this node, values as they are if asked for; see :func:`describe_node`."""
        with self.engine.lock:
            return describe_node(self, with_io_values)

    @classmethod
    def serialize_cls(cls) -> Description:
        """What a library shows of this class; see :func:`describe_class`."""
        return describe_class(cls)

    def status(self) -> Description:
        """How this node is, now; see :func:`describe_status`."""
        with self.engine.lock:
            return describe_status(self)

    # --- state ------------------------------------------------------------------------------------

    def missing(self) -> list[str]:
        """The ids of required inputs that have neither a value nor a source."""
        return invocation.missing(self)

    @property
    def state(self) -> str:
        """incomplete, idle, queued, running, done, error or cancelled."""
        slot = self.slot
        if slot.running:
            return "running"
        if slot.requested or (self.engine.feedback is not None and self.engine.feedback.awaited_by(self)):
            return "queued"
        if not invocation.is_ready(self):
            return "incomplete"
        if slot.error is not None:
            return "error"
        if slot.cancelled:
            return "cancelled"
        return "done" if slot.ran else "idle"

    @property
    def stale(self) -> bool:
        """Whether the outputs are older than what they depend on (never of a node that cannot run, or is frozen)."""
        slot = self.slot
        return slot.stale and not slot.running and self.mode != "frozen" and (slot.ran or invocation.is_ready(self))

    @property
    def held_back(self) -> bool:
        """Whether the node must not run now, whatever it is given. A subclass says so; then what it gives is stale."""
        return False

    @property
    def error(self) -> RunError | None:
        """Why the last run failed, None when it did not."""
        return self.slot.error

    @property
    def seconds(self) -> float | None:
        """How long the last successful run took."""
        return self.slot.seconds

    # --- running ----------------------------------------------------------------------------------

    def _reshaped(self) -> None:
        super()._reshaped()
        self.followers = None
        self.prepare()
        self._changed("ports", "state")

    def prepare(self) -> None:
        """Choose how the function is called, after something changed that matters for it."""
        self._carriers = None  # chosen at the next run
        bypassed = self.mode == "bypassed"
        plain = self.run_kind == "plain" and self.timeout is None and not self.retries
        self.direct = plain or bypassed
        self.hands_on = self.returns_outputs or bypassed
        self.callee: Callable[..., Any] = invocation.choose_callee(self)

    def set_mode(self, mode: str) -> None:
        """Enable, disable, bypass or freeze the node; see :mod:`funcnodes_jupyter.core.modes`.

        Raises:
            ValueError: nodes have no such mode.
        """
        switch_mode(self, checked_node_mode(mode))

    def set_limits(self, timeout: float | None, retries: int) -> None:
        """End a run that takes longer than ``timeout`` seconds, and try one that failed ``retries`` times again.

        Raises:
            ValueError: a timeout that is not above 0, or a negative number of retries.
        """
        if timeout is not None and not timeout > 0:
            raise ValueError(f"A timeout is a number of seconds above 0, not {timeout!r}.")
        if retries < 0:
            raise ValueError(f"A number of retries is 0 or more, not {retries!r}.")
        with self.engine.lock:
            self.timeout, self.retries = timeout, retries
            self.prepare()
            self._changed("limits")

    def request_trigger(self) -> None:
        """Ask for a run; it happens when the node is ready and all upstream has settled."""
        with self.engine.lock:
            self.engine.request(self)
        self.engine.runner.wake()

    def __await__(self) -> Generator[Any, None, None]:
        return self.engine.runner.run_node(self).__await__()

    @classmethod
    def initialize_and_call(
        cls,
        node_init_kwargs: Mapping[str, Any] | None = None,
        return_dict: bool = False,
        raise_ready: bool = True,
        **inputs: Any,
    ) -> Coroutine[Any, Any, Any]:
        """Run a node of this class once, outside of every graph; see :func:`run_once`."""
        return run_once(cls, inputs, node_init_kwargs or {}, return_dict, raise_ready)

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
        return ProgressBar(partial(report_progress, self), iterable, total, desc, unit)

    def cleanup(self) -> None:
        """Called when the node leaves its nodespace; a subclass frees what it holds."""

    def _parent_emitter(self) -> tuple[EventEmitter | None, dict[str, Any]]:
        return self._space, {"node": self}

    def _begin_listening(self, event: str) -> None:
        self.engine.listen_for({event})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.state}>"
