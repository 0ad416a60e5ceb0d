"""The process itself: takes one call after another and runs its function, until the pipe to its parent closes.

Whatever is imported here is paid for at each start of a process.
"""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from funcnodes_jupyter.core.errors import NotSendableError
from funcnodes_jupyter.core.lifeline import hang_on, take_stdin
from funcnodes_jupyter.core.memorylimit import OUT_OF_MEMORY, Reserve, let_go
from funcnodes_jupyter.core.process_channel import Channel, Pickled, read_message
from funcnodes_jupyter.core.process_messages import Call, Ended, Failed, Outcome, Refused, Returned, Yielded
from funcnodes_jupyter.core.process_voice import NodeStandIn, Voice
from funcnodes_jupyter.core.runreport import describe_error


def main(descriptor: int) -> None:
    """Serve the pipe at ``descriptor``. Returns never: the end of the pipe ends the process."""
    # Programs that a function starts must not keep the pipe open.
    os.set_inheritable(descriptor, False)
    # A handler that does nothing, for SIG_IGN would be inherited by programs that a function starts.
    signal.signal(signal.SIGINT, lambda *_: None)
    lifeline = take_stdin()
    if lifeline is not None:
        hang_on(lifeline)
    channel = Channel(descriptor)
    voice = Voice(channel)
    voice.take_over()
    reserve = Reserve()
    frames: SimpleQueue[list[bytearray]] = SimpleQueue()
    threading.Thread(target=_listen, args=(channel, frames), name="funcnodes-pipe", daemon=True).start()
    try:
        while True:
            _serve(voice, reserve, frames.get())
    except MemoryError:  # none of the function, which is its outcome
        os._exit(OUT_OF_MEMORY)


def _listen(channel: Channel, frames: SimpleQueue[list[bytearray]]) -> None:
    """Take what the parent sends. When the parent is gone, so is this process, whatever it does, and all it started."""
    try:
        while True:
            frames.put(channel.receive())
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, OSError):
        try:
            os.killpg(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)  # a function may have left the group


def _serve(voice: Voice, reserve: Reserve, frame: list[bytearray]) -> None:
    call: Call = read_message(frame)
    frame.clear()
    if sys.path != call.path:
        sys.path[:] = call.path
        importlib.invalidate_caches()
    with warnings.catch_warnings():  # so that each run is warned anew
        voice.begin()
        voice.end(_outcome(voice, reserve, call))


def _outcome(voice: Voice, reserve: Reserve, call: Call) -> Outcome:
    filename = call.function.filename
    try:
        function = call.function.load()
        filename = getattr(getattr(function, "__code__", None), "co_filename", filename)
        return _run(voice, call.function.name, function, _arguments(voice, call))
    except NotSendableError as error:
        return Refused(str(error))
    except BaseException as error:  # noqa: BLE001 - whatever it raises is its outcome
        reserve.open()
        let_go(error)
        reserve.close()
        report = describe_error(error, call.function.name, filename)
        return Failed(replace(report, exception=None), _packed_exception(error))


def _arguments(voice: Voice, call: Call) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name in list(call.arguments):
        try:
            # Taken out, so that what is big is not held twice.
            arguments[name] = call.arguments.pop(name).read()
        except Exception as error:
            raise NotSendableError(
                f"The argument {name} of {call.function.name} cannot be read in a process: {_in_words(error)}",
                call.function.name,
            ) from error
    if call.function.takes_node:
        arguments["node"] = NodeStandIn(voice, call.name, call.uuid)
    return arguments


def _run(voice: Voice, name: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Outcome:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return _run_async(voice, name, function, arguments)
    made = function(**arguments)
    if not inspect.isgeneratorfunction(function):
        return Returned(_packed(made, "the result", name))
    for value in made:
        voice.say(Yielded(_packed(value, "a value", name)))
    return Ended()


def _run_async(voice: Voice, name: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Outcome:
    import asyncio  # as long in coming as all the rest together, and few functions need it

    async def drive() -> Outcome:
        made = function(**arguments)
        if inspect.iscoroutine(made):
            return Returned(_packed(await made, "the result", name))
        async for value in made:
            voice.say(Yielded(_packed(value, "a value", name)))
        return Ended()

    return asyncio.run(drive())


def _packed(value: Any, what: str, function: str) -> Pickled:
    try:
        return Pickled(value)
    except Exception as error:
        raise NotSendableError(f"{what} of {function} cannot be sent: {_in_words(error)}", function) from error


def _packed_exception(error: BaseException) -> Pickled | None:
    """The error if it can be read again: many pickle and then miss an argument."""
    try:
        packed = Pickled(error)
        packed.read()
    except Exception:  # noqa: BLE001 - then its report goes alone
        return None
    return packed


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
