"""From a function to a node class: ``@node``, ``@NodeDecorator("pack.name")`` and the port metadata."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, overload

from funcnodes_jupyter.core.constraints import stated_options
from funcnodes_jupyter.core.datatypes import ANY_TYPE, TypeDescription, describe_type
from funcnodes_jupyter.core.declared import run_kind_of
from funcnodes_jupyter.core.docstrings import split_docstring
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.portspec import PortSpec
from funcnodes_jupyter.core.values import NoValue

F = TypeVar("F", bound=Callable[..., Any])

_NODE_PARAMETER = "node"


@dataclass(frozen=True, kw_only=True)
class InputMeta:
    """``Annotated[int, InputMeta(name="Rows")]``: what a parameter's port says beyond its type."""

    name: str | None = None
    description: str | None = None
    required: bool | None = None
    hidden: bool | None = None
    default: Any = NoValue
    does_trigger: bool | None = None
    value_options: Mapping[str, Any] | None = None
    render_options: Mapping[str, Any] | None = None
    on: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class OutputMeta:
    """``Annotated[int, OutputMeta(name="total")]`` on the return type; the name becomes the port's id."""

    name: str | None = None
    description: str | None = None
    hidden: bool | None = None
    value_options: Mapping[str, Any] | None = None
    render_options: Mapping[str, Any] | None = None
    on: Mapping[str, Any] | None = None


class NodeDecorator:
    """Makes a Node subclass of a function; the function itself stays callable as ``o_func``.

    Args:
        node_id: Unique id such as ``"pack.add"`` (also ``id=``).
        name: The name shown; the function's when left out (also ``node_name=``).
        description: Shown to a person; the docstring without its sections when left out.
        inputs: ``[{name, description, …}]`` over the ports by position.
        outputs: ``[{name, type, description, hidden}]`` over the outputs by position; the name is the id.
        default_io_options: ``{port id: {option: value}}``.
        default_render_options: ``{"data": {"src": output id}}`` names the output shown in the node.
        separate_thread: Run in a thread, beside other nodes.
        separate_process: Run in a process of its own, beside other nodes; a cancel kills it.
        superclass: The class to derive from.
        timeout: Seconds after which a run is ended; each node may say otherwise.
        retries: How often a run that failed is tried again; likewise.

    Raises:
        ValueError: no id was given.
    """

    def __init__(
        self,
        node_id: str | None = None,
        *,
        id: str | None = None,
        name: str | None = None,
        node_name: str | None = None,
        description: str | None = None,
        inputs: Sequence[Mapping[str, Any]] = (),
        outputs: Sequence[Mapping[str, Any]] = (),
        default_io_options: Mapping[str, Mapping[str, Any]] | None = None,
        default_render_options: Mapping[str, Any] | None = None,
        separate_thread: bool = False,
        separate_process: bool = False,
        superclass: type[Node] = Node,
        default_trigger_on_create: bool = True,
        default_reset_inputs_on_trigger: bool = False,
        timeout: float | None = None,
        retries: int = 0,
    ) -> None:
        given = node_id or id
        if not given:
            raise ValueError("A node needs an id: NodeDecorator('package.function').")
        self.node_id = given
        self.name = node_name or name
        self.description = description
        self.inputs = inputs
        self.outputs = outputs
        self.io_options = dict(default_io_options or {})
        self.render_options = default_render_options or {}
        if separate_thread and separate_process:
            raise ValueError(f"{given} can run in a thread or in a process, not in both.")
        self.separate_thread = separate_thread
        self.separate_process = separate_process
        self.superclass = superclass
        self.class_options = {
            "default_trigger_on_create": default_trigger_on_create,
            "default_reset_inputs_on_trigger": default_reset_inputs_on_trigger,
            "default_timeout": timeout,
            "default_retries": retries,
        }

    def __call__(self, function: Callable[..., Any]) -> type[Node]:
        """The node class of ``function``."""
        text, arguments = split_docstring(function.__doc__)
        hints = _Hints(function)
        parameters = inspect.signature(function).parameters
        takes_node = _NODE_PARAMETER in parameters
        inputs = _input_specs(function, parameters, hints, arguments)
        inputs = [self._with_options(spec) for spec in _overlay(inputs, self.inputs)]
        outputs = [self._with_options(spec) for spec in _output_specs(hints, self.outputs)]
        namespace: dict[str, Any] = {
            "__slots__": (),
            "__doc__": function.__doc__,
            "__module__": function.__module__,
            "node_id": self.node_id,
            "node_name": self.name or function.__name__,
            "description": text if self.description is None else self.description,
            "o_func": staticmethod(function),
            "returns_outputs": True,
            "default_render_options": self.render_options,
            "function_name": function.__name__,
            "function_file": function.__code__.co_filename if hasattr(function, "__code__") else None,
            "run_kind": self._run_kind(function),
            "_function": _node_function if takes_node else _plain_function,
            **self.class_options,
        }
        cls: type[Node] = type(class_name(function.__name__), (self.superclass,), namespace)
        # Specs go in after __init_subclass__, which looks for declared ports only.
        cls.input_specs = (*self.superclass.input_specs, *inputs)
        cls.output_specs = (*self.superclass.output_specs, *outputs)
        return cls

    def _run_kind(self, function: Callable[..., Any]) -> str:
        if self.separate_process:
            return "process"
        return "thread" if self.separate_thread else run_kind_of(function)

    def _with_options(self, spec: PortSpec) -> PortSpec:
        options = self.io_options.get(spec.id)
        return replace(spec, **options) if options else spec


def _plain_function(self: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = self.o_func
    return function


def _node_function(self: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = self.o_func
    # A bound partial would keep the node alive in a circle for no gain over this closure.
    return lambda **arguments: function(**arguments, **{_NODE_PARAMETER: self})


def class_name(function_name: str) -> str:
    """``alpha_beta`` gives ``AlphaBetaNode``; a ``node`` at the end is not doubled."""
    parts = [part for part in function_name.split("_") if part]
    if len(parts) > 1 and parts[-1].lower() == "node":
        parts.pop()
    joined = "".join(part[:1].upper() + part[1:] for part in parts)
    return joined.removesuffix("Node") + "Node"


@overload
def node(function: Callable[..., Any], /) -> type[Node]: ...
@overload
def node(*, id: str | None = None, **options: Any) -> Callable[[Callable[..., Any]], type[Node]]: ...
def node(
    function: Callable[..., Any] | None = None, /, *, id: str | None = None, **options: Any
) -> type[Node] | Callable[[Callable[..., Any]], type[Node]]:
    """``@node`` or ``@node(name="Add")``: NodeDecorator with an id from module and function name."""

    def decorate(decorated: Callable[..., Any]) -> type[Node]:
        return NodeDecorator(id or f"{decorated.__module__}.{decorated.__qualname__}", **options)(decorated)

    return decorate if function is None else decorate(function)


class _Hints:
    """The annotations of a function; names that are not imported stay texts."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._raw = dict(getattr(function, "__annotations__", {}))
        self._namespace = getattr(function, "__globals__", {})

    def __getitem__(self, name: str) -> Any:
        # No annotation means any input, but no output.
        raw = self._raw.get(name, None if name == "return" else Any)
        if not isinstance(raw, str):
            return raw
        try:
            # The same names in the same place: what typing.get_type_hints does, one annotation at a time.
            resolved = eval(raw, self._namespace)
        except (NameError, AttributeError, SyntaxError, TypeError):
            return raw.strip("'\"")
        return resolved.strip() if isinstance(resolved, str) else resolved


def _metadata(annotation: Any, kind: type[Any]) -> Any:
    if typing.get_origin(annotation) is typing.Annotated:
        return next((extra for extra in annotation.__metadata__ if isinstance(extra, kind)), None)
    return None


def _input_specs(
    function: Callable[..., Any],
    parameters: Mapping[str, inspect.Parameter],
    hints: _Hints,
    descriptions: Mapping[str, str],
) -> list[PortSpec]:
    specs = []
    for name, parameter in parameters.items():
        if name == _NODE_PARAMETER:
            continue
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"{function.__name__}: a node's inputs have names, so *{name} cannot be one.")
        annotation = hints[name]
        described = describe_type(annotation)
        spec = PortSpec(
            name,
            is_input=True,
            type=described,
            description=descriptions.get(name, ""),
            default=NoValue if parameter.default is parameter.empty else parameter.default,
            value_options=stated_options(annotation),
        )
        specs.append(_with_meta(spec, _metadata(annotation, InputMeta)))
    return specs


def _with_meta(spec: PortSpec, meta: InputMeta | OutputMeta | None) -> PortSpec:
    if meta is None:
        return spec
    given = {key: value for key, value in vars(meta).items() if value is not None and value is not NoValue}
    if meta.value_options is not None:
        given["value_options"] = {**spec.value_options, **meta.value_options}
    return replace(spec, **given)


def _output_specs(hints: _Hints, overrides: Sequence[Mapping[str, Any]]) -> list[PortSpec]:
    annotation = hints["return"]
    types = _returned_types(annotation)
    ids = ["out"] if len(types) == 1 else [f"out{position}" for position in range(len(types))]
    specs = []
    for port_id, returned in zip(ids, types, strict=True):
        spec = PortSpec(port_id, is_input=False, type=describe_type(returned), required=False, allow_multiple=True)
        meta = _metadata(returned, OutputMeta)
        spec = _with_meta(spec, meta)
        specs.append(replace(spec, id=meta.name) if meta is not None and meta.name else spec)
    missing = len(overrides) - len(specs)
    for position in range(missing):
        specs.append(PortSpec(f"out{len(specs) + position}", False, required=False, allow_multiple=True))
    return _overlay(specs, overrides)


def _returned_types(annotation: Any) -> list[Any]:
    if annotation is None or annotation is type(None):
        return []
    origin = typing.get_origin(annotation)
    if origin is not None and getattr(origin, "__name__", "") in _YIELDING:
        return _returned_types(typing.get_args(annotation)[0])
    if origin is tuple:
        arguments = typing.get_args(annotation)
        if ... not in arguments:
            return list(arguments)
    return [annotation]


_YIELDING = ("Iterator", "Generator", "AsyncIterator", "AsyncGenerator", "Iterable", "AsyncIterable")


def _overlay(specs: list[PortSpec], overrides: Sequence[Mapping[str, Any]]) -> list[PortSpec]:
    """``overrides`` over ``specs`` by position; an output's name becomes its id."""
    result = list(specs)
    for position, options in enumerate(overrides):
        changed: dict[str, Any] = dict(options)
        if "type" in changed:
            changed["type"] = _described(changed["type"])
        if "name" in changed and not result[position].is_input:
            changed["id"] = changed["name"]
        result[position] = replace(result[position], **changed)
    return result


def _described(given: Any) -> TypeDescription:
    return describe_type(given) if given is not None else ANY_TYPE
