"""Errors as values: they begin in the user's code, say what it got, and can be saved."""

from __future__ import annotations

import asyncio
import json
import linecache
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.runreport import RunError


def failed(cls: type[Node], **inputs: Any) -> RunError:
    """The error of a run with these inputs."""

    async def story() -> RunError:
        node = cls(trigger_on_create=False)
        node.on("node_trigger_error", lambda **_: None)
        for port, value in inputs.items():
            node.inputs[port].set_value(value, does_trigger=False)
        await node
        assert node.error is not None
        return node.error

    return asyncio.run(asyncio.wait_for(story(), 10))


def node_of(function: Callable[..., Any], **options: Any) -> type[Node]:
    return NodeDecorator(f"e.{function.__name__}", **options)(function)


def frames(error: RunError) -> list[tuple[str, str]]:
    """(file, function) of each frame that is shown."""
    return [(match[1], match[2]) for match in re.finditer(r'File "(.*)", line \d+, in (\S+)', error.traceback)]


def divide(a: float, b: float) -> float:
    return a / b  # it fails here


def plain(a: float = 1, b: float = 0) -> float:
    return divide(a, b)


async def coroutine(a: float = 1, b: float = 0) -> float:
    await asyncio.sleep(0)
    return divide(a, b)


def generator(a: float = 1, b: float = 0) -> Iterator[float]:
    yield 1.0
    yield divide(a, b)


async def asynchronous(a: float = 1, b: float = 0) -> Any:
    yield 1.0
    await asyncio.sleep(0)
    yield divide(a, b)


class Method(Node):
    node_id = "e.method"
    a = NodeInput(type=float, default=1)
    b = NodeInput(type=float, default=0)

    def func(self, a: float, b: float) -> float:
        return divide(a, b)


class AsyncMethod(Node):
    node_id = "e.async_method"
    a = NodeInput(type=float, default=1)
    b = NodeInput(type=float, default=0)

    async def func(self, a: float, b: float) -> float:
        await asyncio.sleep(0)
        return divide(a, b)


CLASSES = [
    (node_of(plain), "plain"),
    (node_of(coroutine), "coroutine"),
    (node_of(generator), "generator"),
    (node_of(asynchronous), "asynchronous"),
    (node_of(plain, separate_thread=True), "plain"),
    (Method, "func"),
    (AsyncMethod, "func"),
]


@pytest.mark.parametrize(("cls", "function"), CLASSES)
def test_it_begins_in_the_users_function(cls: type[Node], function: str) -> None:
    error = failed(cls, b=0)
    assert error.text == "ZeroDivisionError: division by zero"
    assert frames(error) == [(__file__, function), (__file__, "divide")]
    assert error.traceback.startswith("Traceback (most recent call last):\n")
    assert "return a / b  # it fails here" in error.traceback
    assert error.inputs == {"a": "1", "b": "0"}
    assert error.line is not None
    assert "divide(a, b)" in linecache.getline(__file__, error.line)


def test_a_function_that_is_not_entered() -> None:
    error = failed(node_of(plain, outputs=[{"name": "x"}, {"name": "y"}]), b=1)
    assert error.type == "TypeError"
    assert frames(error) == []
    assert error.line is None


def test_our_frames_are_hidden_in_the_middle() -> None:
    def rows() -> Iterator[int]:
        yield 1
        raise LookupError("no more rows")

    def reading(node: Node) -> None:
        for _ in node.progress(rows()):
            pass

    assert [name for _, name in frames(failed(node_of(reading)))] == ["reading", "rows"]


def test_what_it_came_from_is_told() -> None:
    def chained() -> None:
        try:
            divide(1, 0)
        except ZeroDivisionError as error:
            raise ValueError("cannot be") from error

    def meanwhile(node: Node) -> None:
        try:
            node.inputs["no such port"]
        except KeyError:
            divide(1, 0)

    error = failed(node_of(chained))
    assert error.text == "ValueError: cannot be"
    assert "The above exception was the direct cause" in error.traceback
    assert [name for _, name in frames(error)] == ["chained", "divide", "chained"]
    error = failed(node_of(meanwhile))
    assert "During handling of the above exception" in error.traceback
    assert [name for _, name in frames(error)] == ["meanwhile", "meanwhile", "divide"]


@pytest.mark.parametrize("depth", [1, 3])
def test_an_error_that_came_from_itself(depth: int) -> None:
    def circle() -> None:
        errors = [ValueError(f"error {number}") for number in range(depth)]
        for error, cause in zip(errors, [*errors[1:], errors[0]], strict=True):
            error.__cause__ = cause
        raise errors[0]

    assert failed(node_of(circle)).text == "ValueError: error 0"


def test_a_group_shows_its_members() -> None:
    if sys.version_info < (3, 11):
        return  # there are none before

    def one(number: int) -> Exception:
        try:
            divide(number, 0)
        except ZeroDivisionError as error:
            return error
        raise AssertionError

    def grouped(node: Node) -> None:
        for _ in node.progress(range(2)):
            raise ExceptionGroup("several", [one(1), one(2)])  # noqa: F821 - from Python 3.11 on

    error = failed(node_of(grouped))
    assert error.text == "ExceptionGroup: several (2 sub-exceptions)"
    assert [name for _, name in frames(error)] == ["grouped", "one", "divide", "one", "divide"]


def test_a_syntax_error_of_code_in_a_text() -> None:
    def executing() -> None:
        exec("x = = 1\n")

    error = failed(node_of(executing))
    assert error.type == "SyntaxError"
    assert 'File "<string>", line 1' in error.traceback
    assert "x = = 1" in error.traceback
    assert error.line == executing.__code__.co_firstlineno + 1


def test_code_in_a_text_that_fails() -> None:
    def executing() -> None:
        exec("divide(1, 0)", globals())

    assert [name for _, name in frames(failed(node_of(executing)))] == ["executing", "<module>", "divide"]


class NamelessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_an_error_that_cannot_be_shown() -> None:
    def nameless() -> None:
        raise NamelessError

    error = failed(node_of(nameless))
    assert error.text == "NamelessError: (its text cannot be shown)"
    assert [name for _, name in frames(error)] == ["nameless"]


def test_nothing_is_endless() -> None:
    def deeper(n: int) -> int:
        return other(n + 1) + 1

    def other(n: int) -> int:
        return deeper(n + 1) + 1

    def wordy(text: str) -> None:
        raise ValueError(text)

    error = failed(node_of(deeper), n=0)
    assert error.type == "RecursionError"
    assert len(error.traceback) <= 20_100
    assert frames(error)[0][1] == "deeper"
    assert error.traceback.splitlines()[-1].startswith("RecursionError: ")
    error = failed(node_of(wordy), text="x" * 100_000)
    assert len(error.text) < 2_100
    assert error.inputs == {"text": f"'{'x' * 78}…"}


class Secretive:
    def __repr__(self) -> str:
        raise AssertionError("asked")


def test_inputs_are_short_and_run_no_code() -> None:
    def takes(items: Any, thing: Any, made: Any = NodeInput.DefaultFactory(lambda io: 3)) -> None:  # noqa: B008
        raise ValueError("no")

    error = failed(node_of(takes), items=list(range(1000)), thing=Secretive())
    assert error.inputs["thing"] == "Secretive"
    assert error.inputs["items"].startswith("[0, 1, 2")
    assert len(error.inputs["items"]) == 80
    assert error.inputs["made"] == "default"


def test_it_can_be_saved() -> None:
    error = failed(node_of(plain), b=0)
    back = RunError.from_dict(json.loads(json.dumps(error.to_dict())))
    assert back.exception is None
    assert back.to_dict() == error.to_dict()
    assert (back.text, back.line, back.inputs) == (error.text, error.line, {"a": "1", "b": "0"})


@pytest.mark.parametrize("saved", [{}, {"text": 3, "line": "4", "inputs": ["a"]}, {"new": 1}])
def test_what_is_odd_in_a_saved_one_stays_empty(saved: dict[str, Any]) -> None:
    assert RunError.from_dict(saved) == RunError("", "", "", "", None)
