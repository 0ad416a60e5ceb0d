"""Commands that ask for values: previews, pages of tables, whole values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Literal, TypeVar

import msgspec

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.wire.codec import PICKLE_MIME, encode_json
from funcnodes_jupyter.wire.errors import NotSharedError
from funcnodes_jupyter.wire.messages import Preview, TablePage
from funcnodes_jupyter.wire.parcels import LEAST_SHARED, packed, pickled, size_of
from funcnodes_jupyter.wire.sharedmemory import SharedAddress
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.errors import NoValueError, ValueFormError
from funcnodes_jupyter.worker.jsonable import is_simple, to_json
from funcnodes_jupyter.worker.loans import Loans
from funcnodes_jupyter.worker.offload import in_thread
from funcnodes_jupyter.worker.reply import BinaryReply
from funcnodes_jupyter.worker.tables import table_page

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
    return _preview(context, node, io)


async def _preview(context: Context, node: str, io: str) -> Preview:
    async with context.client.turn("previews"):
        return await context.previews.current((node, io))


def get_table_page(context: Context, node: str, io: str, offset: int = 0, limit: int = 100) -> Awaitable[TablePage]:
    """Rows ``offset`` … ``offset + limit`` of a table."""
    port = _port(context, node, io)
    return _made(context, port, "as rows of a table", lambda value: table_page(value, offset, limit))


def get_io_full_value(
    context: Context, node: str, io: str, format: Literal["json", "pickle"] = "json", shared: bool = False
) -> Awaitable[Any]:
    """The whole value, as JSON or as a pickle in binary parts.

    Of a client that can share memory, a large pickle is in that: the answer says where (``shared``), and the client
    tells when it has mapped it (``release_shared``).
    """
    port = _port(context, node, io)
    lender = context.client.loans if shared else None
    return _made(context, port, f"as {format}", _json if format == "json" else lambda value: _pickled(value, lender))


def _json(value: Any) -> msgspec.Raw:
    # Written down here, and not by the thread that answers everybody.
    return msgspec.Raw(encode_json(to_json(value)))


def _pickled(value: Any, lender: Loans | None) -> BinaryReply | dict[str, SharedAddress]:
    if lender is not None:
        parts = packed(value)
        if size_of(parts) >= LEAST_SHARED:
            with suppress(NotSharedError):
                return {"shared": lender.lend(parts)}
    return BinaryReply(PICKLE_MIME, pickled(value))


def _port(context: Context, uuid: str, io: str) -> NodeIO:
    return context.nodespace.get_node_by_id(uuid)[io]


def _made(context: Context, port: NodeIO, form: str, make: Callable[[Any], T]) -> Awaitable[T]:
    """What ``make`` makes of the value that the port has now, made where that value may be touched.

    Plain data is read in any thread, all else in the thread of the nodes.
    """

    def formed(value: Any) -> T:
        try:
            return make(value)
        except FuncNodesError:
            raise
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise ValueFormError(f"{port.full_name} cannot be given {form}: {told}") from error

    value = port.stored
    if isinstance(port, NodeInput) and value is NoValue:
        value, factory = port.default, port
        if isinstance(value, NodeInput.DefaultFactory):
            return _in_nodes_thread(context, lambda: formed(factory.value))
    if value is NoValue:
        raise NoValueError(f"{port.full_name} has no value.")
    return _made_of(context, value, formed)


async def _made_of(context: Context, value: Any, make: Callable[[Any], T]) -> T:
    if not await in_thread(lambda: is_simple(value)):
        return await _in_nodes_thread(context, lambda: make(value))
    async with context.client.turn("pool"):
        return await in_thread(lambda: make(value))


async def _in_nodes_thread(context: Context, make: Callable[[], T]) -> T:
    async with context.client.turn("nodes"):
        return await asyncio.wrap_future(context.nodespace.runner.call(make))
