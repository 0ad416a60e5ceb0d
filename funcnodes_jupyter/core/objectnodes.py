"""Methods of an object as nodes: a device, a session, a model whose state several nodes share.

::

    class Lamp(NodeClassMixin):
        NODECLASSID = "lamp"

        @instance_nodefunction()
        def brightness(self) -> float: ...

        @brightness.triggers
        def set_brightness(self, value: float) -> None: ...

Each object brings node classes of its own, ``lamp.<uuid>.brightness``. Classes and shelf hold the object
weakly: it lives as long as somebody, or a node made of it, holds it.
"""

from __future__ import annotations

import functools
import inspect
import types
import uuid as uuid_module
import weakref
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.docstrings import split_docstring
from funcnodes_jupyter.core.errors import NodeClassNotFoundError, ObjectGoneError
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.shelf import NodeClass, Shelf

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)


class ObjectNode(Node):
    """A node that calls a method of an object; the node holds the object."""

    __slots__ = ()

    owner: ClassVar[Callable[[], Any]]
    method: ClassVar[Function]
    made: ClassVar[weakref.WeakSet[Node]]

    def _function(self) -> Function:
        owner = type(self).owner()
        if owner is None:
            raise ObjectGoneError(f"The object of {self.node_id} exists no more.")
        type(self).made.add(self)
        return types.MethodType(type(self).method, owner)


class ObjectNodeFunction:
    """What :class:`instance_nodefunction` makes of a method. On an object it is the method itself."""

    def __init__(self, function: Function, trigger_on_call: bool, options: dict[str, Any]) -> None:
        self.function = function
        self.trigger_on_call = trigger_on_call
        self.options = options
        self.name = function.__name__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: NodeClassMixin | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        called = self._then_trigger(self.function) if self.trigger_on_call else self.function
        return types.MethodType(called, instance)

    def triggers(self, function: F) -> F:
        """A method after which, when it is called, the nodes of this one run.

        It may be a node function itself; its nodes then trigger these ones.
        """
        if isinstance(function, ObjectNodeFunction):
            function.function = self._then_trigger(function.function)
            return function
        return self._then_trigger(function)

    def _then_trigger(self, function: F) -> F:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(instance: NodeClassMixin, *args: Any, **kwargs: Any) -> Any:
                result = await function(instance, *args, **kwargs)
                self.request(instance)
                return result

            return awaited  # type: ignore[return-value]

        @functools.wraps(function)
        def called(instance: NodeClassMixin, *args: Any, **kwargs: Any) -> Any:
            result = function(instance, *args, **kwargs)
            self.request(instance)
            return result

        return called  # type: ignore[return-value]

    def request(self, instance: NodeClassMixin) -> None:
        """Ask for a run of all nodes of this method of ``instance``. Callable from any thread."""
        for node in instance.get_nodes(self.name):
            node.request_trigger()

    def node_class(self, instance: NodeClassMixin) -> NodeClass:
        """A new node class for this method of ``instance``."""
        node_id = f"{instance.NODECLASSID}.{instance.uuid}.{self.name}"
        options = {"name": self.name.replace("_", " ").capitalize(), "superclass": ObjectNode, **self.options}
        cls = NodeDecorator(node_id, **options)(types.MethodType(self.function, instance))
        # The decorator was given the bound method for its parameters; kept, it would hold the object.
        found: Any = cls
        found.o_func = staticmethod(self.function)
        found._function = ObjectNode._function
        found.owner, found.method, found.made = weakref.ref(instance), staticmethod(self.function), weakref.WeakSet()
        return cls


class instance_nodefunction:  # noqa: N801 - the published name
    """Makes a method of a :class:`NodeClassMixin` a node function.

    Args:
        trigger_on_call: Whether the nodes run, too, when the method is called by hand.
        options: As for :class:`NodeDecorator`, but the id, which comes from class, object and method.
    """

    def __init__(self, trigger_on_call: bool | None = None, **options: Any) -> None:
        self.trigger_on_call = bool(trigger_on_call)
        self.options = options

    def __call__(self, function: Function) -> ObjectNodeFunction:
        return ObjectNodeFunction(function, self.trigger_on_call, self.options)


class NodeClassMixin:
    """Base of classes whose methods are nodes. ``NODECLASSID`` begins the ids of their node classes."""

    NODECLASSID: ClassVar[str] = ""

    _uuid: str | None = None
    _node_classes: dict[str, NodeClass] | None = None
    _shelf: Shelf | None = None

    @property
    def uuid(self) -> str:
        """Identity of the object in the ids of its node classes; a new one when none was set.

        Raises:
            ValueError: on setting another one when node classes bear the old one.
        """
        if self._uuid is None:
            self._uuid = uuid_module.uuid4().hex
        return self._uuid

    @uuid.setter
    def uuid(self, uuid: str) -> None:
        if self._node_classes is not None and uuid != self._uuid:
            raise ValueError(f"The node classes of {self.name} bear its uuid already.")
        self._uuid = uuid

    @property
    def name(self) -> str:
        """The name shown: class and uuid."""
        return f"{type(self).__name__}({self.uuid})"

    @classmethod
    def get_all_nodefunctions(cls) -> list[tuple[ObjectNodeFunction, str]]:
        """(node function, name of the method), those of the bases first."""
        found: dict[str, ObjectNodeFunction] = {}
        for base in reversed(cls.__mro__):
            for name, value in vars(base).items():
                found.pop(name, None)
                if isinstance(value, ObjectNodeFunction):
                    found[name] = value
        return [(function, name) for name, function in found.items()]

    def _classes(self) -> dict[str, NodeClass]:
        if self._node_classes is None:
            if not self.NODECLASSID:
                raise ValueError(f"{type(self).__name__} has no NODECLASSID.")
            functions = self.get_all_nodefunctions()
            self._node_classes = {name: function.node_class(self) for function, name in functions}
        return self._node_classes

    def get_all_nodeclasses(self) -> list[NodeClass]:
        """The node classes of this object, one for each node function; the same ones every time.

        Raises:
            ValueError: the class has no NODECLASSID.
        """
        return list(self._classes().values())

    def get_nodeclass(self, method_name: str) -> NodeClass:
        """The node class of a method, else NodeClassNotFoundError."""
        try:
            return self._classes()[method_name]
        except KeyError:
            raise NodeClassNotFoundError(f"{self.NODECLASSID}.{self.uuid}.{method_name}") from None

    def get_nodes(self, method_name: str) -> list[Node]:
        """The nodes made of a method that are not removed."""
        made: weakref.WeakSet[Node] = self.get_nodeclass(method_name).made  # type: ignore[attr-defined]
        return [node for node in made if not node.removed]

    def get_all_nodes(self) -> list[Node]:
        """The nodes made of this object that are not removed."""
        return [node for name in self._classes() for node in self.get_nodes(name)]

    def node_shelf(self) -> Shelf:
        """The shelf of this object, for :meth:`Library.add_external_shelf`: it vanishes with the object."""
        if self._shelf is None:
            description = split_docstring(type(self).__doc__)[0]
            self._shelf = Shelf(self.name, description, self.get_all_nodeclasses())
        return self._shelf

    def cleanup(self) -> None:
        """Free what the object holds; a subclass gives its own. Called by whoever made the object."""
