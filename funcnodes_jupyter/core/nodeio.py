"""The ports of nodes: NodeInput takes a value, NodeOutput hands one on.

Created by hand (in a class body or for :meth:`Node.add_input`) a port is a declaration; a node binds
ports of its own from the specs of its class, see :mod:`funcnodes_jupyter.core.binding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.constraints import stated_options
from funcnodes_jupyter.core.datatypes import (
    ANY_TYPE,
    TypeDescription,
    describe_type,
    kind_of,
    type_text,
)
from funcnodes_jupyter.core.described import Description, describe_input, describe_port
from funcnodes_jupyter.core.errors import NodeConnectionError
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.facts import OptionsChanged
from funcnodes_jupyter.core.portspec import OVERRIDABLE, DefaultFactory, PortSpec
from funcnodes_jupyter.core.running import is_given_up
from funcnodes_jupyter.core.savedport import encoded_port, port_record
from funcnodes_jupyter.core.values import NoValue, certainly_equal

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node


class NodeIO(EventEmitter):
    """What inputs and outputs share: identity, options, value and connections."""

    __slots__ = ("_node", "_overrides", "_spec", "_targets", "_value")
    _spec: PortSpec
    _node: Node | None
    _value: Any
    _targets: list[NodeInput] | tuple[()]
    _overrides: dict[str, Any] | None

    def _begin(self, spec: PortSpec, node: Node | None) -> None:
        self._listeners = None
        self._spec = spec
        self._node = node
        self._value = NoValue
        self._targets = ()  # most ports never have an edge on this side; a list is made for the first
        self._overrides = None
        if spec.on:
            self._hear(spec.on)

    def _hear(self, callbacks: Mapping[str, Any]) -> None:
        for event, given in callbacks.items():
            for callback in given if isinstance(given, list | tuple) else (given,):
                self.on(event, callback)

    # --- identity and options --------------------------------------------------------------

    @property
    def spec(self) -> PortSpec:
        """The class's description of this port."""
        return self._spec

    @property
    def node(self) -> Node:
        """The node that this port belongs to.

        Raises:
            NodeConnectionError: the port is a declaration and belongs to no node.
        """
        if self._node is None:
            raise NodeConnectionError(f"The port {self.id!r} belongs to no node.")
        return self._node

    @property
    def id(self) -> str:
        return self._spec.id

    uuid = id

    @property
    def is_input(self) -> bool:
        return self._spec.is_input

    @property
    def name(self) -> str:
        return str(self._option("name") or self._spec.id)

    @property
    def description(self) -> str:
        return str(self._option("description"))

    @property
    def type(self) -> TypeDescription:
        """The JSON description of the port's type, see :mod:`funcnodes_jupyter.core.datatypes`."""
        described: TypeDescription = self._option("type")
        return described

    @property
    def type_text(self) -> str:
        return type_text(self.type)

    @property
    def kind(self) -> str:
        return kind_of(self.type)

    @property
    def required(self) -> bool:
        return bool(self._option("required"))

    @property
    def hidden(self) -> bool:
        return bool(self._option("hidden"))

    @property
    def value_options(self) -> dict[str, Any]:
        return dict(self._option("value_options"))

    @property
    def render_options(self) -> dict[str, Any]:
        return dict(self._option("render_options"))

    @property
    def full_name(self) -> str:
        """``node.port`` with the node's shown name, for messages."""
        return f"{self._node.name}.{self.id}" if self._node is not None else self.id

    def _option(self, key: str) -> Any:
        if self._overrides is not None and key in self._overrides:
            return self._overrides[key]
        return getattr(self._spec, key)

    def override(self, **options: Any) -> None:
        """Set options of this instance that differ from its class; ``on`` adds callbacks.

        Raises:
            TypeError: an option that ports do not have.
        """
        self._hear(options.pop("on", None) or {})
        unknown = set(options) - OVERRIDABLE
        if unknown:
            raise TypeError(f"The port {self.full_name} has no option {', '.join(sorted(unknown))}.")
        if options:
            self._say({**(self._overrides or {}), **options})

    def _say(self, overrides: dict[str, Any] | None) -> None:
        node = self._node
        if node is None or node._space is None:  # nobody knows the port yet
            self._overrides = overrides
            return
        with node.engine.lock:
            self._overrides = overrides
            if node.engine.observed:
                node.engine.tell(OptionsChanged(self))

    def replace_overrides(self, overrides: Mapping[str, Any]) -> None:
        """Let the instance say exactly this differently from its class, and tell observers."""
        with self.node.engine.lock:
            self._say(None)
            self.override(**overrides)

    @property
    def overrides(self) -> dict[str, Any]:
        """What this instance says differently from its class."""
        return dict(self._overrides or {})

    def update_value_options(self, **options: Any) -> None:
        """Merge ``options`` into the value options, tell observers and ``after_update_value_options``."""
        node = self.node
        with node.engine.lock:
            before = self.value_options
            merged = {**before, **options}
            if certainly_equal(merged, before):
                return
            self.override(value_options=merged)
        node.engine.announce(self, "after_update_value_options", result=merged)

    # --- value ------------------------------------------------------------------------------

    @property
    def stored(self) -> Any:
        """The value that was set, without the default; never runs code."""
        return self._value

    def serialize(self) -> dict[str, Any]:
        """What is saved of this port, as JSON can hold it: what differs from its class."""
        return encoded_port(port_record(self))

    def full_serialize(self, with_value: bool = False) -> Description:
        """All that there is to know of this port, its value as it is if asked for; see :func:`describe_port`."""
        return describe_port(self, with_value)

    # --- connections ------------------------------------------------------------------------

    @property
    def targets(self) -> tuple[NodeInput, ...]:
        """The inputs that receive what this port holds."""
        return tuple(self._targets)

    def connect(self, other: NodeIO, replace: bool = False, feedback: bool = False) -> tuple[str, str, str, str] | None:
        """Connect with ``other``; see :meth:`Engine.connect`."""
        return self.node.engine.connect(self, other, replace=replace, feedback=feedback)

    def disconnect(self, other: NodeIO | None = None) -> None:
        """Take away the edge to ``other``, or all edges of this port."""
        engine = self.node.engine
        with engine.lock:
            for connected in self.connections if other is None else (other,):
                engine.disconnect(self, connected)

    c = connect
    d = disconnect

    @property
    def connections(self) -> tuple[NodeIO, ...]:
        """The ports at the other ends of this port's edges, feedback edges too."""
        return (*self._targets, *self.fed_back)

    @property
    def fed_back(self) -> tuple[NodeIO, ...]:
        """The ports at the other ends of this port's feedback edges."""
        feedback = self._node.engine.feedback if self._node is not None else None
        if feedback is None:
            return ()
        if not self.is_input:
            return tuple(feedback.targets_of(self))
        source = feedback.source_of(self)
        return () if source is None else (source,)

    @property
    def is_connected(self) -> bool:
        return bool(self.connections)

    def __gt__(self, other: NodeIO) -> tuple[str, str, str, str] | None:
        return self.connect(other)

    def _parent_emitter(self) -> tuple[EventEmitter | None, dict[str, Any]]:
        return self._node, {"io": self.id}

    def _begin_listening(self, event: str) -> None:
        if self._node is not None:
            self._node.engine.listen_for({event})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.full_name}: {self.type_text}>"


class NodeInput(NodeIO):
    """A port that takes a value, set by hand, received from a connected output, or its default.

    Args:
        id: The port's id (``uuid`` is another name for it); in a class body the attribute's name counts.
        default: The value while none is set; :class:`DefaultFactory` is evaluated on reading.
        required: Whether the node can run only with a value here.
        does_trigger: Whether setting a value requests a run.
        emit_value_set: Whether ``after_set_value`` is told.
        on: Callbacks by event name, such as ``{"after_set_value": callback}``.
    """

    __slots__ = ("_sources", "_triggers")
    _sources: list[NodeIO] | tuple[()]
    _triggers: bool

    DefaultFactory = DefaultFactory

    def __init__(
        self,
        id: str | None = None,
        *,
        uuid: str | None = None,
        name: str = "",
        type: Any = ANY_TYPE,
        description: str = "",
        default: Any = NoValue,
        required: bool = True,
        does_trigger: bool = True,
        hidden: bool = False,
        allow_multiple: bool = False,
        value_options: dict[str, Any] | None = None,
        render_options: dict[str, Any] | None = None,
        on: dict[str, Any] | None = None,
        emit_value_set: bool = True,
    ) -> None:
        spec = PortSpec(
            id or uuid or "", True, name, describe_type(type), description, default, required, does_trigger,
            hidden, allow_multiple, {**stated_options(type), **(value_options or {})}, render_options or {}, on or {}, emit_value_set,
        )  # fmt: skip
        self._begin(spec, None)

    def _begin(self, spec: PortSpec, node: Node | None) -> None:
        self._sources = ()
        self._triggers = spec.does_trigger
        super()._begin(spec, node)

    def override(self, **options: Any) -> None:
        super().override(**options)
        self._triggers = bool(self._option("does_trigger"))

    @property
    def does_trigger(self) -> bool:
        """Whether setting a value requests a run."""
        return self._triggers

    @does_trigger.setter
    def does_trigger(self, does_trigger: bool) -> None:
        self.override(does_trigger=does_trigger)

    @property
    def default(self) -> Any:
        """The value while none is set. Assigning NoValue goes back to the class's default."""
        return self._option("default")

    @default.setter
    def default(self, value: Any) -> None:
        if value is NoValue:
            self._say({key: kept for key, kept in (self._overrides or {}).items() if key != "default"})
        else:
            self.override(default=value)

    @property
    def value(self) -> Any:
        """The value a run would get: the one that was set or received, else the default."""
        if self._value is not NoValue:
            return self._value
        default = self.default
        return default.make(self) if isinstance(default, NodeInput.DefaultFactory) else default

    @value.setter
    def value(self, value: Any) -> None:
        self.set_value(value)

    def set_value(self, value: Any, does_trigger: bool | None = None) -> None:
        """Store ``value`` and request a run, if the port triggers; ``does_trigger`` wins over the port's flag.

        NoValue goes back to the default.
        """
        node = self.node
        engine = node.engine
        with engine.lock:
            engine.receive(self, value, does_trigger)
        engine.runner.wake()

    @property
    def has_value(self) -> bool:
        """Whether a run would get a value here (a default counts)."""
        return self._value is not NoValue or self.default is not NoValue

    @property
    def sources(self) -> tuple[NodeIO, ...]:
        """The ports that this input receives from."""
        return tuple(self._sources)

    @property
    def forwards_from(self) -> NodeInput | None:
        """The input that this one follows, if any."""
        return next((source for source in self._sources if isinstance(source, NodeInput)), None)

    def full_serialize(self, with_value: bool = False) -> Description:
        """All that there is to know of this input; see :func:`describe_input`."""
        return describe_input(self, with_value)

    @property
    def connections(self) -> tuple[NodeIO, ...]:
        return (*self._sources, *self._targets, *self.fed_back)


class NodeOutput(NodeIO):
    """A port that hands its value on to every connected input."""

    __slots__ = ()

    def __init__(
        self,
        id: str | None = None,
        *,
        uuid: str | None = None,
        name: str = "",
        type: Any = ANY_TYPE,
        description: str = "",
        hidden: bool = False,
        allow_multiple: bool = True,
        value_options: dict[str, Any] | None = None,
        render_options: dict[str, Any] | None = None,
        on: dict[str, Any] | None = None,
        emit_value_set: bool = True,
    ) -> None:
        spec = PortSpec(
            id or uuid or "", False, name, describe_type(type), description, NoValue, False, False,
            hidden, allow_multiple, value_options or {}, render_options or {}, on or {}, emit_value_set,
        )  # fmt: skip
        self._begin(spec, None)

    @property
    def value(self) -> Any:
        """The value of the newest run, NoValue before the first."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self.set_value(value)

    def set_value(self, value: Any) -> None:
        """Store ``value`` and send it on; during a run of the node this is a stream, sent at once.

        What a thread sends that was left to itself, because its run was cancelled, is discarded.
        """
        if is_given_up():
            return
        engine = self.node.engine
        with engine.lock:
            engine.stream(self, value)
        engine.runner.wake()
