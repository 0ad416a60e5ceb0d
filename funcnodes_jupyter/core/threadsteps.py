"""Coroutines and generators in a thread of their own."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import aclosing, closing
from typing import Any


class AlreadySent:
    """Stands for the result of a generator, whose values were sent one by one."""


ALREADY_SENT = AlreadySent()


def take_steps(made: object, send: Callable[[Any], bool]) -> Any:
    """Run what the function of a node made to its end, in the calling thread and with a loop of its own.

    Args:
        send: Called with each value of a generator; returns whether more are wanted.

    Returns:
        What a coroutine returns, ALREADY_SENT for a generator.
    """
    if inspect.iscoroutine(made):
        return _run(made)
    if inspect.isasyncgen(made):
        return _run(_send_each(made, send))
    if inspect.isgenerator(made):
        return _send_each_plain(made, send)
    return made


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


async def _send_each(values: AsyncGenerator[Any, Any], send: Callable[[Any], bool]) -> AlreadySent:
    async with aclosing(values):
        async for value in values:
            if not send(value):
                break
    return ALREADY_SENT


def _send_each_plain(values: Generator[Any, Any, Any], send: Callable[[Any], bool]) -> AlreadySent:
    with closing(values):
        for value in values:
            if not send(value):
                break
    return ALREADY_SENT
