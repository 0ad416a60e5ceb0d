"""Callbacks for ``on={"after_set_value": …}`` that let one port decide what another may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.core.nodeio import NodeIO
from funcnodes_jupyter.core.values import NoValue


def update_other_io_options(io: str, make: Callable[[Any], Any]) -> Callable[..., None]:
    """Offer ``make(value)`` as the options of the port ``io`` of the same node, each time a value comes.

    A value for which ``make`` fails offers nothing.
    """

    def offer(src: NodeIO, result: Any = NoValue, **_: Any) -> None:
        try:
            options = [] if result is NoValue else make(result)
        except Exception:  # noqa: BLE001 - suggestions must not break the graph, whatever was connected
            options = []
        src.node[io].update_value_options(options=options)

    return offer


def update_other_io_value_options(io: str, make: Callable[[Any], dict[str, Any]]) -> Callable[..., None]:
    """Merge ``make(value)`` into the value options of the port ``io`` of the same node, each time a value comes."""

    def merge(src: NodeIO, result: Any = NoValue, **_: Any) -> None:
        if result is not NoValue:
            src.node[io].update_value_options(**make(result))

    return merge
