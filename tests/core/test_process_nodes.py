"""Nodes in processes of their own: beside each other, killable one by one, and gone with whoever started them."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.executors import PoolSizes
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def functions() -> Iterator[ModuleType]:
    """The module of functions, importable here and, by the same path, in other processes."""
    sys.path.insert(0, str(HERE))
    yield importlib.import_module("process_nodes")
    sys.path.remove(str(HERE))


@pytest.fixture
def space(functions: ModuleType) -> Iterator[NodeSpace]:
    classes = [found for found in vars(functions).values() if isinstance(found, type) and issubclass(found, Node)]
    made = NodeSpace(Library([Shelf("p", nodes=[cls for cls in classes if cls.node_id])]))
    made.runner.use_pools(PoolSizes(processes=3))
    yield made
    made.runner.close()


def add(space: NodeSpace, name: str, **inputs: Any) -> Node:
    """A node that has its values and was not asked to run."""
    node = space.add_node_by_id(f"p.{name}", name=name, trigger_on_create=False)
    for io, value in inputs.items():
        node.inputs[io].set_value(value, does_trigger=False)
    return node


class Line:
    """A process that tells who it is, and waits."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self._reader, self._writer = reader, writer

    def let_go(self) -> None:
        self._writer.write(b"!")

    async def ended(self) -> None:
        """Return when the process is gone, and its end of the line with it."""
        with contextlib.suppress(ConnectionResetError):
            assert await self._reader.read() == b""


class Listener:
    """Where processes report."""

    async def __aenter__(self) -> Listener:
        self._lines: asyncio.Queue[Line] = asyncio.Queue()
        self._server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.put_nowait(Line(int(await reader.readline()), reader, writer))

    async def next(self) -> Line:
        return await self._lines.get()


async def run(space: NodeSpace, *nodes: Node) -> None:
    for node in nodes:
        node.request_trigger()
    await space.await_done()


async def test_it_is_another_process_and_the_same_one_for_the_next(space: NodeSpace) -> None:
    node = add(space, "pid")
    await run(space, node)
    first = node["out"].value  # type: ignore[attr-defined]
    assert first != os.getpid()
    await run(space, node)
    assert node["out"].value == first  # type: ignore[attr-defined]


async def test_independent_nodes_run_at_the_same_time(space: NodeSpace) -> None:
    async with Listener() as listener:
        nodes = [add(space, "report", port=listener.port) for _ in range(3)]
        for node in nodes:
            node.request_trigger()
        lines = [await listener.next() for _ in nodes]
        for line in lines:
            line.let_go()
        await space.await_done()
    assert sorted(node["out"].value for node in nodes) == sorted(line.pid for line in lines)  # type: ignore[attr-defined]


async def test_several_outputs(space: NodeSpace) -> None:
    node = add(space, "divide", a=17, b=5)
    await run(space, node)
    assert (node["quotient"].value, node["rest"].value) == (3, 2)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["stream", "stream_later"])
async def test_each_yielded_value_is_sent_on(space: NodeSpace, name: str) -> None:
    node = add(space, name, count=4)
    seen: list[Any] = []
    node["out"].on("after_set_value", lambda result, **_: seen.append(result))
    await run(space, node)
    assert seen == [0, 1, 2, 3]
    assert node.state == "done"


async def test_a_value_that_does_not_fit_the_outputs_is_the_error_of_the_run(space: NodeSpace) -> None:
    node = add(space, "misfit", count=3)
    node.request_trigger()
    await space.await_done()
    assert node.state == "error"
    assert node.error is not None
    assert node.error.type == "TypeError"
    assert node["out1"].value == 3


async def test_a_coroutine(space: NodeSpace) -> None:
    node = add(space, "later", value=4)
    await run(space, node)
    assert node["out"].value == 5  # type: ignore[attr-defined]


async def test_what_it_says_and_how_far_it_is_comes_to_its_node(space: NodeSpace) -> None:
    node = add(space, "talk", count=5)
    shown: list[str] = []
    space.subscribe(lambda fact: shown.append(fact.text) if type(fact).__name__ == "NodeProgressed" else None)
    await run(space, node)
    assert node["out"].value == node.uuid  # type: ignore[attr-defined]
    assert node.slot.log is not None
    lines = list(node.slot.log)
    assert ("print", "printed talk") in lines
    assert ("print", "to stderr") in lines
    assert ("log", "WARNING talk: logged") in lines
    assert any(kind == "warning" and text.startswith("UserWarning: warned (line ") for kind, text in lines)
    assert shown[-1].startswith("talking 5 of 5 it")


# --- ending ---------------------------------------------------------------------------------------


async def test_a_cancel_kills_the_process_of_its_node_alone(space: NodeSpace) -> None:
    async with Listener() as listener:
        nodes, lines = [], []
        for _ in range(2):
            nodes.append(add(space, "report", port=listener.port))
            nodes[-1].request_trigger()
            lines.append(await listener.next())
        space.runner.cancel(nodes[0])
        await lines[0].ended()
        await space.runner.wait_for(nodes[0])
        assert [node.state for node in nodes] == ["cancelled", "running"]
        answer = add(space, "pid")
        answer.request_trigger()
        await space.runner.wait_for(answer)
        assert answer.state == "done"
        lines[1].let_go()
        await space.await_done()
        assert nodes[1]["out"].value == lines[1].pid  # type: ignore[attr-defined]


async def test_a_timeout_kills_it_too(space: NodeSpace) -> None:
    async with Listener() as listener:
        node = add(space, "report", port=listener.port)
        node.set_limits(2.0, 0)
        node.request_trigger()
        line = await listener.next()
        await line.ended()
        await space.await_done()
    assert node.error is not None
    assert node.error.type == "NodeTimeoutError"


@pytest.mark.parametrize(
    ("how", "text"), [("exit", "exit code 7"), ("kill", "signal SIGKILL, perhaps for want of memory")]
)
async def test_a_process_that_dies_is_told_and_the_next_run_has_another(space: NodeSpace, how: str, text: str) -> None:
    node = add(space, "die", how=how)
    await run(space, node)
    assert node.error is not None
    assert node.error.text == f"ProcessDiedError: The process of die ended while it ran: {text}."
    other = add(space, "pid")
    await run(space, other)
    assert other.state == "done"


async def test_closing_leaves_no_process_behind(space: NodeSpace) -> None:
    node = add(space, "pid")
    await run(space, node)
    pid = node["out"].value  # type: ignore[attr-defined]
    assert psutil.pid_exists(pid)
    space.runner.close()
    assert not psutil.pid_exists(pid)


PARENT = """
import asyncio, sys
sys.path.insert(0, {here!r})
import process_nodes
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.shelf import Shelf

async def main():
    space = NodeSpace(Library([Shelf("p", nodes=[process_nodes.report])]))
    space.add_node_by_id("p.report").inputs["port"] = {port}
    await space.await_done()

asyncio.run(main())
"""


async def test_processes_end_when_their_parent_is_killed(functions: ModuleType) -> None:
    async with Listener() as listener:
        program = PARENT.format(here=str(HERE), port=listener.port)
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
        line = await listener.next()
        parent.send_signal(signal.SIGKILL)
        await parent.wait()
        await line.ended()


# --- errors ---------------------------------------------------------------------------------------


async def test_an_error_is_told_as_if_it_had_happened_here(space: NodeSpace, functions: ModuleType) -> None:
    node = add(space, "divide", a=1, b=0)
    await run(space, node)
    error = node.error
    assert error is not None
    assert isinstance(error.exception, ZeroDivisionError)
    first = error.traceback.splitlines()[1]
    assert "process_nodes.py" in first
    assert f"line {error.line}, in divide" in first
    assert error.inputs == {"a": "1", "b": "0"}


async def test_errors_that_do_not_travel_are_told_by_their_text(space: NodeSpace) -> None:
    node = add(space, "complain")
    await run(space, node)
    assert node.error is not None
    assert node.error.text == "UnpicklableError: sent all the same"
    stopped = add(space, "stop")
    await run(space, stopped)
    assert stopped.error is not None
    assert stopped.error.text == "StopIteration: over"


async def test_values_that_cannot_be_sent_are_named_and_the_process_goes_on(space: NodeSpace) -> None:
    node = add(space, "pid", value=lambda: 1)
    await run(space, node)
    assert node.error is not None
    assert "The argument value of pid cannot be sent to a process" in node.error.text
    result = add(space, "lambda")
    await run(space, result)
    assert result.error is not None
    assert "the result of make_lambda cannot be sent" in result.error.text
    node.inputs["value"] = 1
    await space.await_done()
    assert node.state == "done"


# --- what cannot be ---------------------------------------------------------------------------------


def test_a_class_of_its_own_cannot_run_in_a_process() -> None:
    with pytest.raises(TypeError, match="only nodes made of a function can"):

        class Heavy(Node):
            node_id = "p.heavy"
            separate_process = True

            async def func(self) -> None:
                pass


def test_a_function_runs_in_a_thread_or_in_a_process() -> None:
    with pytest.raises(ValueError, match="not in both"):
        NodeDecorator("p.both", separate_thread=True, separate_process=True)
