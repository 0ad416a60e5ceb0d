"""Several commands at once: all or nothing, in one flush."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.worker.arguments import arguments_of
from funcnodes_jupyter.worker.commands import edges, groups, nodes, running
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import BatchError

PARTS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "add_node": nodes.add_node,
        "remove_node": nodes.remove_node,
        "update_node": nodes.update_node,
        "add_edge": edges.add_edge,
        "remove_edge": edges.remove_edge,
        "group_nodes": groups.group_nodes,
        "ungroup": groups.ungroup,
        "update_group": groups.update_group,
        "trigger_node": running.trigger_node,
        "run": running.run,
    }
)
"""What may stand in a batch: quick commands that can be taken back."""


class BatchPart(Struct):
    """One command of a batch."""

    cmd: str
    kwargs: dict[str, Any] = {}


def batch(context: Context, commands: list[BatchPart]) -> list[Any]:
    """Apply ``commands`` in order and return their results; when one fails, nothing was done."""
    with context.nodespace.lock, context.nodespace.history.step(""):
        return [_apply_part(context, place, part) for place, part in enumerate(commands, 1)]


def _apply_part(context: Context, place: int, part: BatchPart) -> Any:
    try:
        return _apply(context, part)
    except FuncNodesError as error:
        error.args = (f"Part {place} of the batch, {part.cmd}: {error}", *error.args[1:])
        raise


def _apply(context: Context, part: BatchPart) -> Any:
    function = PARTS.get(part.cmd)
    if function is None:
        raise BatchError(f"{part.cmd!r} cannot stand in a batch; {', '.join(PARTS)} can.")
    return function(context, **arguments_of(function).read(part.kwargs))
