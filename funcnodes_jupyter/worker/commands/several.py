"""Several commands at once: all or nothing, in one flush."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.worker.arguments import arguments_of
from funcnodes_jupyter.worker.commands import edges, nodes, running
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import BatchError
from funcnodes_jupyter.worker.undo import UndoLog

PARTS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "add_node": nodes.add_node,
        "remove_node": nodes.remove_node,
        "update_node": nodes.update_node,
        "add_edge": edges.add_edge,
        "remove_edge": edges.remove_edge,
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
    with context.nodespace.lock:
        within = replace(context, undo=UndoLog())
        results: list[Any] = []
        for place, part in enumerate(commands):
            try:
                results.append(_apply(within, part))
            except Exception as error:
                within.undo.roll_back()
                if isinstance(error, FuncNodesError):
                    error.args = (f"Part {place + 1} of the batch, {part.cmd}: {error}", *error.args[1:])
                raise
        context.undo.add(within.undo.roll_back)
        return results


def _apply(context: Context, part: BatchPart) -> Any:
    function = PARTS.get(part.cmd)
    if function is None:
        raise BatchError(f"{part.cmd!r} cannot stand in a batch; {', '.join(PARTS)} can.")
    return function(context, **arguments_of(function).read(part.kwargs))
