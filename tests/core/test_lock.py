"""Nobody's code runs under the graph lock: not that of values, callbacks, defaults, errors or results."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf


class Watch:
    """Notes whoever's code runs while this thread holds the lock of the nodespace."""

    def __init__(self) -> None:
        self.space: NodeSpace | None = None
        self.calls: list[str] = []
        self.caught: list[str] = []

    def note(self, what: str) -> None:
        self.calls.append(what)
        if self.space is not None and self.space.lock._is_owned():
            self.caught.append(what)


def probe_class(watch: Watch) -> type:
    """A class each of whose special methods notes that it ran."""

    def noting(name: str, result: Any) -> Any:
        def method(self: Any, *arguments: Any) -> Any:
            watch.note(name)
            return result(self, *arguments)

        return method

    methods: dict[str, Any] = {
        "__eq__": lambda self, other: self is other,
        "__hash__": lambda self: 7,
        "__bool__": lambda self: True,
        "__repr__": lambda self: "probe",
        "__str__": lambda self: "probe",
        "__len__": lambda self: 2,
        "__iter__": lambda self: iter((1, 2)),
        "__getattribute__": object.__getattribute__,
        "_repr_html_": lambda self: "<b>probe</b>",
        "__reduce__": lambda self: (str, ("probe",)),
    }
    return type("Probe", (), {name: noting(name, result) for name, result in methods.items()})


def library(watch: Watch, probe: type) -> Library:
    def pass_on(value: Any, other: Any = None) -> Any:
        return value

    def two(value: Any) -> tuple[Any, Any]:
        return probe()  # type: ignore[no-any-return]

    def each(value: Any) -> Iterator[tuple[Any, Any]]:
        yield probe()
        yield probe()

    async def wait(value: Any) -> tuple[Any, Any]:
        return probe()  # type: ignore[no-any-return]

    class ProbeError(Exception):
        def __str__(self) -> str:
            watch.note("str of an error")
            return "probe"

    def fail(value: Any) -> Any:
        raise ProbeError

    def make(io: NodeInput) -> Any:
        watch.note("default factory")
        return probe()

    made_on_reading = NodeInput.DefaultFactory(make)

    def default(value: Any = made_on_reading) -> Any:
        return value

    functions = (pass_on, two, each, wait, fail, default)
    classes = [NodeDecorator(f"l.{function.__name__}")(function) for function in functions]

    class Tidy(Node):
        node_id = "l.tidy"

        def func(self) -> None:
            """Nothing to compute."""

        def cleanup(self) -> None:
            watch.note("cleanup")

    return Library([Shelf("lock", nodes=[*classes, Tidy])])


def use_everything(space: NodeSpace, watch: Watch, probe: type) -> None:
    """Values and callbacks in every place that takes them."""
    nodes = {kind: space.add_node_by_id(f"l.{kind}", uuid=kind) for kind in KINDS}
    for node in nodes.values():
        node.on("*", lambda **_: watch.note("callback"))
        if "value" in node.inputs:
            node.inputs["value"].on("after_set_value", lambda **_: watch.note("callback of a port"))
    for kind in ("two", "each", "wait", "fail"):
        space.connect("pass_on.out", f"{kind}.value")
    nodes["pass_on"].inputs["value"].update_value_options(options=[probe()])
    nodes["pass_on"].inputs["value"].update_value_options(options=[probe()])
    nodes["pass_on"].inputs["value"] = probe()
    nodes["pass_on"].inputs["other"] = {"nested": [probe()]}
    space.serialize()


KINDS = ("pass_on", "two", "each", "wait", "fail", "default", "tidy")


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_no_code_of_the_user_runs_under_the_lock(watch: Watch) -> None:
    async def story() -> None:
        probe = probe_class(watch)
        watch.space = space = NodeSpace(library(watch, probe), threaded=True)
        space.runner.bind(asyncio.get_running_loop())
        use_everything(space, watch, probe)
        await asyncio.wait_for(space.await_done(), 10)
        assert {uuid: node.state for uuid, node in space.nodes.items() if node.state != "done"} == {"fail": "error"}
        use = space.find("pass_on").inputs["value"]
        use.set_value(probe())
        await asyncio.wait_for(space.await_done(), 10)
        saved = space.serialize()
        space.disconnect("pass_on.out", "two.value")
        space.deserialize(saved)
        space.clear()
        await asyncio.wrap_future(space.runner.call(lambda: None))

    asyncio.run(story())
    expected = {"__iter__", "default factory", "str of an error", "callback", "callback of a port", "cleanup"}
    assert expected <= set(watch.calls)
    assert watch.caught == []
