"""How the function of a node is called: what it gets, what may hold it up, and where its result goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.errors import MissingDefaultError
from funcnodes_jupyter.core.modes import passed_on
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.values import NoValue

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

# --- before the call, under the graph lock --------------------------------------------------------


def arguments_of(node: Node) -> dict[str, Any] | None:
    """The keywords of a run, or None when it may not run: an input is missing, or upstream is not up to date."""
    carriers = node._carriers
    if carriers is None:
        carriers = _choose_carriers(node)
        if carriers is None:
            return None
    found: dict[str, Any] = {}
    for port_id, port in carriers:
        if port._sources:
            for source in port._sources:
                slot = source._node.slot  # type: ignore[union-attr]
                if (slot.stale or slot.trouble or source._spec.is_input) and _blocked_by(node, source):
                    return None
        value = port._value
        if value is NoValue:
            value = port.default
            if value is NoValue:
                if port.required:
                    return None
                continue
            if isinstance(value, NodeInput.DefaultFactory) and node.mode == "enabled":
                node.callee = fully(node)  # from now on, for it alone makes them
        found[port_id] = value
    trigger = node._trigger_in
    if trigger is not None and any(_blocked_by(node, source) for source in trigger._sources):
        return None
    return found


def _choose_carriers(node: Node) -> tuple[tuple[str, NodeInput], ...] | None:
    """The inputs whose values the function gets; None, and never kept, for a node that does not run."""
    if node.mode in ("disabled", "frozen") or (node.held_back and node.mode != "bypassed"):
        return None
    chosen = [port for port, _ in passed_on(node)] if node.mode == "bypassed" else node._ins
    node._carriers = tuple((port.id, port) for port in chosen)
    return node._carriers


def is_ready(node: Node) -> bool:
    """Whether nothing is :func:`missing`; quick, for every new node is asked."""
    if node.mode != "enabled":
        return not missing(node)
    for port in node._ins:
        if port._value is NoValue and not port._sources:
            plain = port._overrides is None
            spec = port._spec
            if (spec.required if plain else port.required) and (spec.default if plain else port.default) is NoValue:
                return False
    return True


def missing(node: Node) -> list[str]:
    """The ids of the inputs without which the node cannot run and that have neither a value nor a source."""
    if node.mode == "frozen" or (node.mode == "enabled" and is_ready(node)):
        return []
    ports = [port for port, _ in passed_on(node)] if node.mode == "bypassed" else node._ins
    return [port.id for port in ports if port.required and not port._sources and not port.has_value]


def _blocked_by(node: Node, source: NodeIO) -> bool:
    slot = node.slot
    culprit = obstacle(source)
    if culprit is None:
        return False
    if slot.forced:
        slot.behind = True  # it runs, with values that are older than they should be
        return False
    # The one that is to blame for its being out of date, if that is known: it is where a person must look.
    slot.blame = culprit if culprit.slot.trouble or culprit.mode == "disabled" else culprit.slot.blame or culprit
    return True


def held_up_by(node: Node) -> Node | None:
    """The node above whose value must not be used, None when there is none."""
    ports = [port for _, port in node._carriers or _choose_carriers(node) or ()]
    if node._trigger_in is not None:
        ports.append(node._trigger_in)
    sources = [source for port in ports for source in port._sources]
    return next((culprit for culprit in map(obstacle, sources) if culprit is not None), None)


def obstacle(source: NodeIO) -> Node | None:
    """The node behind ``source`` whose value must not be used: failed, cancelled, disabled, held back or out of date."""
    if source.is_input:
        followed = getattr(source, "_sources", ())
        return next((found for found in map(obstacle, followed) if found is not None), None)
    node = source._node
    assert node is not None
    if node.mode == "frozen":
        return None
    slot = node.slot
    if slot.trouble or node.mode == "disabled" or node.held_back or (slot.stale and source._value is not NoValue):
        return node
    return None


# --- the call, without the lock -------------------------------------------------------------------


def choose_callee(node: Node) -> Callable[..., Any]:
    """The function itself if that will do: with plain arguments, for at most one output."""
    if node.mode == "bypassed":
        return bypass(node)
    simple = node.run_kind not in ("plain", "thread") or len(node._outs) <= 1 or not node.returns_outputs
    return node.function if simple else fully(node)


def fully(node: Node) -> Callable[..., Any]:
    """Makes the defaults that are made on reading, calls the function, and splits what it returns."""

    def call(**arguments: Any) -> Any:
        result = node.function(**made_defaults(node, arguments))
        return split(node, result) if node.run_kind in ("plain", "thread") else result

    return call


def made_defaults(node: Node, arguments: dict[str, Any]) -> dict[str, Any]:
    """``arguments`` with the defaults that are made on reading.

    Raises:
        MissingDefaultError: a required one gives no value.
    """
    made: dict[str, Any] = {}
    for port_id, value in arguments.items():
        port = node.inputs[port_id]
        found = _made(value, port)
        if found is not NoValue:
            made[port_id] = found
        elif port.required:
            raise MissingDefaultError(f"{port.full_name} has no value.")
    return made


def bypass(node: Node) -> Callable[..., Any]:
    """Stands in for the function of a bypassed node: the inputs that are handed on, in the order of the outputs."""

    def hand_through(**arguments: Any) -> Any:
        given = {output: _made(arguments.get(port.id, NoValue), port) for port, output in passed_on(node)}
        values = tuple(given.get(output, NoValue) for output in node._outs)
        return values[0] if len(values) == 1 else values

    return hand_through


def _made(value: Any, port: NodeInput) -> Any:
    return value.make(port) if isinstance(value, NodeInput.DefaultFactory) else value


def split(node: Node, result: Any) -> Any:
    """What the function returned, as a tuple when there are several outputs. Never called under the lock.

    Raises:
        TypeError: it cannot be split.
        ValueError: it has more or fewer parts than there are outputs.
    """
    count = len(node._outs)
    if count <= 1 or not node.returns_outputs:
        return result
    parts = tuple(result)
    if len(parts) != count:
        raise ValueError(f"The function returned {len(parts)} values for {count} outputs.")
    return parts


# --- after the call, under the lock ---------------------------------------------------------------


def hand_on(node: Node, result: Any) -> None:
    """Send what :func:`split` gave to the outputs."""
    outputs = node._outs
    if len(outputs) == 1:
        node.engine.send(outputs[0], result)
    elif outputs:
        # Outputs that came during the run get nothing from it.
        for output, value in zip(outputs, result, strict=False):
            node.engine.send(output, value)


def after_success(node: Node) -> None:
    """Order the runs that are chained to this one and reset inputs, if asked for."""
    node.progress_state = None
    if node._trigger_out is not None:
        for target in node._trigger_out._targets:
            node.engine.ask(target.node)
        if node.engine.feedback is not None:
            node.engine.send_back(node._trigger_out, None)
    if node.reset_inputs_on_trigger:
        for port in node._ins:
            if not port._sources and port._value is not NoValue:
                node.engine._store(port, NoValue)
