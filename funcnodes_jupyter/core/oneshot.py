"""A node that runs once, by itself: a node class used like a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from funcnodes_jupyter.core.errors import NodeReadyError

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node


async def run_once(
    cls: type[Node],
    inputs: Mapping[str, Any],
    options: Mapping[str, Any],
    return_dict: bool = False,
    raise_ready: bool = True,
) -> Any:
    """Make a node, set its inputs, run it, and return its outputs.

    Args:
        inputs: Values by input id.
        options: Keywords for making the node.
        return_dict: Return outputs by id, else the only one, or a tuple of several, or None for none.
        raise_ready: Whether a missing input is an error; else nothing runs and outputs are NoValue.

    Raises:
        IONotFoundError: there is no such input.
        NodeReadyError: a required input is missing.
        NodeTriggerError: the function failed; ``__cause__`` is its error.
    """
    node = cls(**{**options, "trigger_on_create": False})
    for port_id, value in inputs.items():
        node.inputs[port_id].set_value(value, does_trigger=False)
    missing = node.missing()
    if missing and raise_ready:
        raise NodeReadyError(f"{node.name} cannot run: {', '.join(missing)} is missing.")
    await node
    values = {port.id: port.value for port in node.outputs.values() if port is not node.outputs["_triggeroutput"]}
    if return_dict:
        return values
    return next(iter(values.values()), None) if len(values) < 2 else tuple(values.values())
