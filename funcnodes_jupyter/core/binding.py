"""The ports of a node, made after the specs of its class.

Every port of every node is made here, so what the ports' ``_begin`` does stands here once more, without its calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.portspec import PortSpec
from funcnodes_jupyter.core.values import NoValue


def bind_inputs(specs: Sequence[PortSpec], node: Any) -> tuple[NodeInput, ...]:
    """The inputs of ``node`` after ``specs``."""
    if len(specs) == 1:  # as most often, and without the loop
        return (_bound_input(specs[0], node),)
    return tuple([_bound_input(spec, node) for spec in specs])


def bind_outputs(specs: Sequence[PortSpec], node: Any) -> tuple[NodeOutput, ...]:
    """The outputs of ``node`` after ``specs``."""
    if len(specs) == 1:
        return (_bound_output(specs[0], node),)
    return tuple([_bound_output(spec, node) for spec in specs])


def _bound_input(spec: PortSpec, node: Any) -> NodeInput:
    port: NodeInput = object.__new__(NodeInput)
    port._listeners = None
    port._spec = spec
    port._node = node
    port._value = NoValue
    port._sources = port._targets = ()
    port._triggers = spec.does_trigger
    port._overrides = None
    if spec.on:
        port._hear(spec.on)
    return port


def _bound_output(spec: PortSpec, node: Any) -> NodeOutput:
    port: NodeOutput = object.__new__(NodeOutput)
    port._listeners = None
    port._spec = spec
    port._node = node
    port._value = NoValue
    port._targets = ()
    port._overrides = None
    if spec.on:
        port._hear(spec.on)
    return port
