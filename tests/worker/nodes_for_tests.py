"""Nodes that wait, fail and draw; run as a script, a worker that has them beside its own."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import resource
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from typing import Any

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.__main__ import main


@NodeDecorator("t.add", name="Add")
def add(a: int, b: int = 1) -> int:
    return a + b


@NodeDecorator("t.sleep", name="Sleep")
def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@NodeDecorator("t.spin", name="Spin")
def spin(seconds: float) -> float:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return seconds


class Dying:
    """Takes its time to die: Python throws away what is raised there."""

    def __del__(self) -> None:
        for _ in range(1000):
            pass


@NodeDecorator("t.dying", name="Dying")
def dying(seconds: float) -> float:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        Dying()
    return seconds


@NodeDecorator("t.wait", name="Wait")
async def wait(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


@NodeDecorator("t.fail", name="Fail")
def fail(text: str) -> str:
    raise RuntimeError(text)


@NodeDecorator("t.steps", name="Steps")
def steps(count: int, node: Node) -> int:
    for _ in node.progress(range(count), desc="step"):
        time.sleep(0.01)
    return count


@NodeDecorator("t.list", name="List")
def numbers(count: int) -> list:  # type: ignore[type-arg]
    return list(range(count))


@NodeDecorator("t.stubborn", name="Stubborn")
def stubborn(seconds: float) -> int:
    """Goes on when it is interrupted, once."""
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        time.sleep(seconds)
    return 1


class Pouring(Node):
    """Sets its output all the time."""

    node_id = "t.pour"
    node_name = "Pour"
    seconds = NodeInput(type=float)
    out = NodeOutput(type=float)

    def func(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.outputs["out"].value = time.perf_counter()


@NodeDecorator("t.progress", name="Progress")
def progress(seconds: float, node: Node) -> int:
    for _ in node.progress(range(int(seconds * 1000))):
        time.sleep(0.001)
    return 1


@NodeDecorator("t.drip", name="Drip")
def drip(seconds: float) -> Iterator[float]:
    yield 0.0
    time.sleep(seconds)


@NodeDecorator("t.greedy", name="Greedy")
async def greedy(seconds: float) -> float:
    """A coroutine that does not await."""
    time.sleep(seconds)  # noqa: ASYNC251 - that is what it is for
    return seconds


@NodeDecorator("t.talk", name="Talk")
def talk(text: str) -> str:
    """Says the same in every way there is."""
    from tqdm import tqdm

    print(text)
    warnings.warn(text, stacklevel=1)
    logging.getLogger("talk").warning("%s", text)
    for _ in tqdm(range(20), desc=text):
        time.sleep(0.01)
    print(text, "again", file=sys.stderr)
    if not text:
        raise ValueError("nothing to say")
    return text


@NodeDecorator("t.flood", name="Flood")
def flood(lines: int) -> int:
    for number in range(lines):
        print("line", number)
    return lines


@NodeDecorator("t.room", name="Room")
def room(size: int) -> int:
    """Lets no file grow beyond so many bytes; -1 takes that back."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    return size


@NodeDecorator("t.imports", name="Imports")
def imports(seconds: float) -> int:
    """Imports all the time, and so do two threads beside."""
    end = time.perf_counter() + seconds

    def beside(name: str) -> None:
        while time.perf_counter() < end and not left:
            sys.modules.pop(name, None)
            with contextlib.suppress(KeyError):  # the other thread was quicker
                importlib.import_module(name)

    left: list[bool] = []
    for name in ("colorsys", "colorsys"):
        threading.Thread(target=beside, args=(name,), daemon=True).start()
    try:
        while time.perf_counter() < end:
            with contextlib.suppress(ImportError):
                importlib.import_module("of_no_such_name")
    finally:
        left.append(True)
    return 1


@NodeDecorator("t.elsewhere", name="Elsewhere")
def elsewhere(name: str) -> bool:
    """Whether a thread of its own can import."""
    sys.modules.pop(name, None)
    thread = threading.Thread(target=importlib.import_module, args=(name,), daemon=True)
    thread.start()
    thread.join(20)
    return not thread.is_alive()


class Shown:
    """Says how it is shown, in the main thread only."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return f"<b>{self.text}</b>"

    def __repr__(self) -> str:
        return f"Shown {self.text}"


@NodeDecorator("t.shown", name="Shown")
def shown(text: str) -> Any:
    return Shown(text)


@NodeDecorator("t.figure", name="Figure", outputs=[{"name": "out", "type": "matplotlib.figure.Figure"}])
def figure(height: float) -> Any:
    from matplotlib.figure import Figure

    made = Figure()
    made.subplots().plot([0, height])
    return made


@NodeDecorator("t.table", name="Table", outputs=[{"name": "out", "type": "pandas.DataFrame"}])
def table(rows: int) -> Any:
    import pandas as pd

    return pd.DataFrame({"n": range(rows), "half": [row / 2 for row in range(rows)]})


NODES = [
    add, sleep, spin, dying, wait, fail, steps, numbers, shown, figure, table, stubborn, Pouring, progress, drip, greedy, talk, flood,
    imports, elsewhere, room,
]  # fmt: skip


def library(pack: str = "") -> Library:
    made = builtin_library()
    made.add_shelf(Shelf("Tests", nodes=NODES), pack)
    return made


if __name__ == "__main__":
    sys.exit(main(make_library=library))
