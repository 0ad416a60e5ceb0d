"""Ask a running worker how it is: whether it answers at all, and whether it is at work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from funcnodes_jupyter.manager.connection import Connection
from funcnodes_jupyter.worker.pulse import Pulse

ANSWER_TIMEOUT = 2.0
"""Seconds after which a worker counts as silent; one at work answers within milliseconds."""


async def take_pulse(connection: Connection, timeout: float = ANSWER_TIMEOUT) -> Pulse | None:
    """What the worker at ``connection`` says, None when it says nothing in ``timeout`` seconds, or nonsense."""
    request = HTTPRequest(connection.address("http", "pulse"), headers=connection.headers, request_timeout=timeout)
    client = AsyncHTTPClient(force_instance=True)
    try:
        response = await _unhurt(client.fetch(request))
        return msgspec.json.decode(response.body, type=Pulse)
    except (HTTPClientError, OSError, msgspec.MsgspecError, asyncio.TimeoutError):
        return None
    finally:
        client.close()


async def _unhurt(fetched: Awaitable[HTTPResponse]) -> HTTPResponse:
    """``fetched``, which is never cancelled: tornado logs what becomes of a request that was."""
    future = asyncio.ensure_future(fetched)
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait((future,))
    return future.result()
