"""Commands that ask for values: previews, pages of tables, whole values."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.wire.codec import PICKLE_MIME
from funcnodes_jupyter.wire.messages import Preview, TablePage
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import NoValueError
from funcnodes_jupyter.worker.jsonable import is_simple, to_json
from funcnodes_jupyter.worker.offload import in_thread
from funcnodes_jupyter.worker.reply import BinaryReply
from funcnodes_jupyter.worker.tables import table_page

PICKLE_PROTOCOL = 5
T = TypeVar("T")


def watch(context: Context, ports: list[tuple[str, str]]) -> Literal[True]:
    """Send previews of ``ports``, the current ones at once."""
    for uuid, io in ports:
        _port(context, uuid, io)
    context.previews.watch(context.client, ports)
    return True


def unwatch(context: Context, ports: list[tuple[str, str]]) -> Literal[True]:
    """Send no more previews of ``ports``; those that are gone are ignored."""
    context.previews.unwatch(context.client, ports)
    return True


def get_io_value(context: Context, node: str, io: str) -> Awaitable[Preview]:
    """A preview of a port's value, made now."""
    _port(context, node, io)
    return context.previews.current((node, io))


def get_table_page(context: Context, node: str, io: str, offset: int = 0, limit: int = 100) -> Awaitable[TablePage]:
    """Rows ``offset`` … ``offset + limit`` of a table."""
    return _made(context.nodespace, _port(context, node, io), lambda value: table_page(value, offset, limit))


def get_io_full_value(
    context: Context, node: str, io: str, format: Literal["json", "pickle"] = "json"
) -> Awaitable[Any]:
    """The whole value, as JSON or as a pickle in binary parts."""
    port = _port(context, node, io)
    return _made(context.nodespace, port, to_json if format == "json" else _pickled)


def _pickled(value: Any) -> BinaryReply:
    return BinaryReply(PICKLE_MIME, pickle.dumps(value, protocol=PICKLE_PROTOCOL))


def _port(context: Context, uuid: str, io: str) -> NodeIO:
    return context.nodespace.get_node_by_id(uuid)[io]


def _made(nodespace: NodeSpace, port: NodeIO, make: Callable[[Any], T]) -> Awaitable[T]:
    """What ``make`` makes of the value that the port has now, made where that value may be touched.

    Plain data is read in any thread, all else in the thread of the nodes.
    """
    value = port.stored
    if isinstance(port, NodeInput) and value is NoValue:
        value, factory = port.default, port
        if isinstance(value, NodeInput.DefaultFactory):
            return asyncio.wrap_future(nodespace.runner.call(lambda: make(factory.value)))
    if value is NoValue:
        raise NoValueError(f"{port.full_name} has no value.")
    return _made_of(nodespace, value, make)


async def _made_of(nodespace: NodeSpace, value: Any, make: Callable[[Any], T]) -> T:
    if await in_thread(lambda: is_simple(value)):
        return await in_thread(lambda: make(value))
    return await asyncio.wrap_future(nodespace.runner.call(lambda: make(value)))
