"""What nodes print, log and warn of is kept with them, whatever they are, and goes where it went before."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tqdm import tqdm

from funcnodes_jupyter.core.capture import Capture
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.facts import Fact, NodeLogged, NodeTriggered
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.running import current_node
from funcnodes_jupyter.core.shelf import Shelf

_log = logging.getLogger("lab.fit")


class Terminal:
    """Where everything went, and goes on going."""

    def __init__(self) -> None:
        self.out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        self.err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)

    @property
    def printed(self) -> str:
        return self.out.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]

    @property
    def complained(self) -> str:
        return self.err.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


class Lab:
    """A nodespace whose nodes are captured."""

    def __init__(self, space: NodeSpace, terminal: Terminal) -> None:
        self.space = space
        self.terminal = terminal
        self.handlers: list[logging.Handler] = []

    def add(self, function: Callable[..., Any], **options: Any) -> Node:
        cls = NodeDecorator(f"c.{function.__name__}.{len(self.space.nodes)}", **options)(function)
        self.space.lib.add_shelf(Shelf(cls.node_id, nodes=[cls]))
        return self.space.add_node_by_id(cls.node_id, uuid=function.__name__, trigger_on_create=False)

    def run(self, *nodes: Node, beside: Callable[[], Awaitable[Any]] | None = None) -> None:
        """Run these, or all nodes, and wait for them."""

        async def story() -> None:
            for node in nodes or self.space.nodes.values():
                node.request_trigger()
            if beside is not None:
                await beside()
            await self.space.await_done()

        with self.captured():
            asyncio.run(asyncio.wait_for(story(), 10))

    @contextmanager
    def captured(self) -> Iterator[None]:
        """As in a process of its own, without what the test runner adds."""
        root = logging.getLogger()
        handlers, streams = root.handlers[:], (sys.stdout, sys.stderr)
        terminal = self.terminal
        with warnings.catch_warnings():
            warnings.resetwarnings()
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.showwarning = show
            root.handlers[:] = self.handlers
            sys.stdout, sys.stderr = terminal.out, terminal.err
            end = Capture(lambda: current_node(self.space.runner)).install()
            try:
                yield
            finally:
                end()
                restored = (sys.stdout, sys.stderr, root.handlers[:], warnings.showwarning)
                sys.stdout, sys.stderr = streams
                root.handlers[:] = handlers
        assert restored == (terminal.out, terminal.err, self.handlers, show)


def said(node: Node) -> list[tuple[str, str]]:
    return [tuple(line) for line in node.slot.log or ()]


def texts(node: Node) -> list[str]:
    return [text for _, text in said(node)]


def show(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
    """What Python does with a warning where no test runner took its place."""
    sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))


@pytest.fixture
def lab() -> Lab:
    return Lab(NodeSpace(Library()), Terminal())


# --- threads that were left to themselves -----------------------------------------------------------


def test_a_thread_that_was_given_up_has_no_part_in_the_next_run(lab: Lab) -> None:
    begun, release, ended, go_on = (threading.Event() for _ in range(4))

    def slow(node: Node, first: bool) -> None:
        begun.set()
        if first:
            release.wait(10)
            print("too late")
            node.outputs["live"].value = "too late"
            with node.progress(total=2, desc="too late") as bar:
                bar.update()
            ended.set()
        else:
            print("in time")
            node.outputs["live"].value = "in time"
            go_on.wait(10)

    node = lab.add(slow, separate_thread=True, outputs=[{"name": "live", "type": "str"}])
    node.inputs["first"].set_value(True, does_trigger=False)

    async def give_up() -> None:
        await asyncio.to_thread(begun.wait, 10)
        lab.space.runner.cancel(node)
        await lab.space.await_done()
        begun.clear()
        node["first"] = False
        await asyncio.to_thread(begun.wait, 10)
        release.set()
        await asyncio.to_thread(ended.wait, 10)
        assert node.state == "running"
        assert node.progress_state is None
        assert node["live"].value == "in time"
        go_on.set()

    lab.run(node, beside=give_up)
    assert texts(node) == ["in time"]
    assert "too late" in lab.terminal.printed


# --- prints -----------------------------------------------------------------------------------------


def test_every_kind_of_function(lab: Lab) -> None:
    def plain() -> None:
        print("plain")

    async def coroutine() -> None:
        print("before")
        await asyncio.sleep(0)
        print("after")

    def generator() -> Iterator[int]:
        print("first")
        yield 1
        print("second")
        yield 2

    async def inner(number: int) -> None:
        await asyncio.sleep(0)
        print("task", number)

    async def gathering() -> None:
        await asyncio.gather(*map(inner, range(3)))
        await asyncio.to_thread(print, "in a thread")

    async def asynchronous() -> Any:
        for number in range(2):
            await asyncio.sleep(0)
            print("step", number)
            yield number

    def threaded() -> None:
        print("threaded")

    nodes = [lab.add(function) for function in (plain, coroutine, generator, gathering, asynchronous)]
    nodes.append(lab.add(threaded, separate_thread=True))
    lab.run()
    assert {node.uuid: texts(node) for node in nodes} == {
        "plain": ["plain"],
        "coroutine": ["before", "after"],
        "generator": ["first", "second"],
        "gathering": ["task 0", "task 1", "task 2", "in a thread"],
        "asynchronous": ["step 0", "step 1"],
        "threaded": ["threaded"],
    }
    assert sorted(lab.terminal.printed.splitlines()) == sorted(text for node in nodes for text in texts(node))


def test_a_class_with_a_method(lab: Lab) -> None:
    class Saying(Node):
        node_id = "c.saying"

        async def func(self) -> None:
            print("I am", self.uuid, file=sys.stderr)

    lab.space.lib.add_shelf(Shelf("s", nodes=[Saying]))
    node = lab.space.add_node_by_id("c.saying", uuid="me", trigger_on_create=False)
    lab.run()
    assert said(node) == [("print", "I am me")]
    assert lab.terminal.complained == "I am me\n"


def test_what_two_print_at_once_is_not_mixed(lab: Lab) -> None:
    turn = threading.Barrier(2)

    def make(name: str) -> Callable[[], None]:
        def function() -> None:
            for number in range(20):
                turn.wait(10)
                print(name, number)

        function.__name__ = name
        return function

    nodes = [lab.add(make(name), separate_thread=True) for name in ("left", "right")]
    lab.run()
    for node in nodes:
        assert texts(node) == [f"{node.uuid} {number}" for number in range(20)]


def test_a_new_run_begins_a_new_log(lab: Lab) -> None:
    runs = iter(range(3))

    def counted() -> None:
        number = next(runs)
        if number < 2:
            print("run", number)

    node = lab.add(counted)
    for expected in (["run 0"], ["run 1"], []):
        lab.run()
        assert texts(node) == expected


def test_nobody_runs(lab: Lab) -> None:
    def silent() -> None:
        """Says nothing."""

    async def talk() -> None:
        print("outside")
        _log.warning("outside")
        warnings.warn("outside", stacklevel=1)

    node = lab.add(silent)
    node.on("triggerdone", lambda **_: print("callback"))
    lab.run(beside=talk)
    assert texts(node) == []
    assert lab.terminal.printed == "outside\ncallback\n"
    assert lab.terminal.complained.count("outside\n") >= 2


def test_tasks_that_wake_the_loop_give_nobody_their_name(lab: Lab) -> None:
    """The step that runs a plain node may have been asked for by another node's task."""

    async def first() -> int:
        await asyncio.sleep(0)
        print("first")
        return 1

    def second(value: int) -> int:
        loop = asyncio.get_running_loop()
        tasks.append(loop.create_task(late()))
        print("second")
        return value

    async def late() -> None:
        print("late")

    tasks: list[asyncio.Task[None]] = []
    nodes = [lab.add(first), lab.add(second)]
    lab.space.connect("first.out", "second.value")
    lab.run(nodes[0], beside=lab.space.await_done)
    assert [texts(node) for node in nodes] == [["first"], ["second"]]
    assert lab.terminal.printed == "first\nsecond\nlate\n"


def test_a_run_that_is_over_says_no_more(lab: Lab) -> None:
    async def outliving() -> None:
        print("begun")
        tasks.append(asyncio.create_task(late()))

    async def late() -> None:
        await over.wait()
        print("too late")

    async def wait() -> None:
        await lab.space.await_done()
        await tasks[0]

    tasks: list[asyncio.Task[None]] = []
    over = asyncio.Event()
    outlived = lab.add(outliving)
    outlived.on("triggerdone", lambda **_: over.set())
    lab.run(beside=wait)
    assert texts(outlived) == ["begun"]
    assert lab.terminal.printed == "begun\ntoo late\n"


def test_an_object_that_prints_when_it_is_shown(lab: Lab) -> None:
    class Chatty:
        def __str__(self) -> str:
            print("asked")
            _log.warning("asked")
            return "chatty"

    def chat() -> None:
        print(Chatty())
        _log.warning("%s", Chatty())
        warnings.warn(str(Chatty()), stacklevel=1)

    node = lab.add(chat)
    lab.run()
    assert texts(node).count("chatty") == 1
    assert texts(node)[-1].startswith("UserWarning: chatty")
    assert ("log", "WARNING lab.fit: chatty") in said(node)


# --- streams ----------------------------------------------------------------------------------------


def test_the_streams_are_as_usable_as_before(tmp_path: Any) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as original:
        was, sys.stdout = sys.stdout, original
        end = Capture(lambda: None).install()
        stream = sys.stdout
        assert isinstance(stream, io.TextIOBase)
        assert (stream.encoding, stream.errors, stream.name) == ("utf-8", "strict", original.name)
        assert stream.fileno() == original.fileno()
        assert not stream.isatty()
        assert stream.writable()
        assert not stream.closed
        assert stream.write("text ") == 5
        stream.writelines(["a", "b\n"])
        stream.flush()
        stream.buffer.write(b"bytes\n")
        stream.close()
        assert not original.closed
        end()
        assert sys.stdout is original
        stream.write("after")
        sys.stdout = was
    assert (tmp_path / "out").read_text() == "text ab\nbytes\nafter"


def test_what_a_function_redirects_is_its_own(lab: Lab) -> None:
    from contextlib import redirect_stdout

    def redirecting() -> str:
        with redirect_stdout(io.StringIO()) as own:
            print("own")
        print("kept")
        return own.getvalue()

    node = lab.add(redirecting)
    lab.run()
    assert texts(node) == ["kept"]
    assert node.outputs["out"].value == "own\n"


def test_an_error_of_the_stream_is_the_writers(lab: Lab) -> None:
    def writing() -> None:
        sys.stdout.write(b"bytes")  # type: ignore[arg-type]

    node = lab.add(writing)
    lab.run()
    assert node.error is not None
    assert node.error.type == "TypeError"


# --- logging ----------------------------------------------------------------------------------------


def test_records_are_lines(lab: Lab) -> None:
    def fit() -> None:
        _log.debug("not")
        _log.info("not")
        _log.warning("%d of %d", 1, 2)
        try:
            raise ValueError("bad")
        except ValueError:
            _log.exception("it failed")

    node = lab.add(fit)
    lab.run()
    lines = said(node)
    assert lines[:3] == [
        ("log", "WARNING lab.fit: 1 of 2"),
        ("log", "ERROR lab.fit: it failed"),
        ("log", "Traceback (most recent call last):"),
    ]
    assert lines[-1] == ("log", "ValueError: bad")
    assert {kind for kind, _ in lines} == {"log"}
    # Without any other handler they go where they would have gone.
    assert lab.terminal.complained.startswith("1 of 2\nit failed\nTraceback")


def test_the_level_of_the_root_lets_more_through(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def fit() -> None:
        _log.info("told")

    node = lab.add(fit)
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    _log.manager._clear_cache()  # type: ignore[attr-defined]
    try:
        lab.run()
    finally:
        monkeypatch.undo()
        _log.manager._clear_cache()  # type: ignore[attr-defined]
    assert said(node) == [("log", "INFO lab.fit: told")]


def test_other_handlers_go_on(lab: Lab) -> None:
    lab.handlers.append(logging.StreamHandler(lab.terminal.err))

    def fit() -> None:
        _log.warning("once")

    node = lab.add(fit)
    lab.run()
    assert texts(node) == ["WARNING lab.fit: once"]
    assert lab.terminal.complained == "once\n"


def test_a_record_that_cannot_be_formatted(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)

    def fit() -> None:
        _log.warning("%d apples", "many")

    node = lab.add(fit)
    lab.run()
    assert texts(node) == ["WARNING lab.fit: '%d apples' (not formatted: TypeError)"]
    assert node.state == "done"


def test_who_logs_with_the_graph_lock_in_hand_does_not_wait_for_ever(lab: Lab) -> None:
    holds, tries = threading.Event(), threading.Event()

    def log_with_lock() -> None:
        with lab.space.lock:
            holds.set()
            tries.wait(10)
            _log.warning("with the lock")

    def fit() -> None:
        other.start()
        holds.wait(10)
        threading.Timer(0.01, tries.set).start()
        _log.warning("without it")

    other = threading.Thread(target=log_with_lock)
    node = lab.add(fit, separate_thread=True)
    lab.run()
    other.join(10)
    assert not other.is_alive()
    assert texts(node) == ["WARNING lab.fit: without it"]


# --- warnings ---------------------------------------------------------------------------------------


def test_warnings_are_lines_in_every_run_once(lab: Lab) -> None:
    def warn() -> None:
        for _ in range(3):
            warnings.warn("careful", stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    node = lab.add(warn)
    line = warn.__code__.co_firstlineno + 2
    for run in range(1, 3):
        lab.run()
        assert said(node) == [("warning", f"UserWarning: careful (line {line})")]
        assert lab.terminal.complained.count("UserWarning: careful") == run


def test_nobodys_warnings_come_once(lab: Lab) -> None:
    with lab.captured():
        for _ in range(3):
            warnings.warn("outside", stacklevel=1)
    assert lab.terminal.complained.count("UserWarning: outside") == 1


def test_a_function_that_catches_its_warnings(lab: Lab) -> None:
    def catch() -> int:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.warn("caught", stacklevel=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.warn("ignored", stacklevel=1)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning):
                warnings.warn("raised", stacklevel=1)
        return len(caught)

    node = lab.add(catch)
    lab.run()
    assert node.outputs["out"].value == 1
    assert texts(node) == []


def test_the_filters_are_as_before() -> None:
    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.simplefilter("ignore", DeprecationWarning)
        before, show = list(warnings.filters), warnings.showwarning
        end = Capture(lambda: None).install()
        assert list(warnings.filters[:-1]) == before
        end()
        assert list(warnings.filters) == before
        assert warnings.showwarning is show


# --- telling ----------------------------------------------------------------------------------------


def test_observers_are_told_of_logs_and_bars(lab: Lab) -> None:
    facts: list[Fact] = []
    lab.space.subscribe(facts.append)

    def work() -> None:
        print("a")
        for _ in tqdm(range(3), mininterval=0):
            pass
        print("b")

    node = lab.add(work)
    lab.run()
    assert texts(node) == ["a", "b"]
    names = [type(fact).__name__ for fact in facts if isinstance(fact, NodeLogged | NodeTriggered)]
    assert names == ["NodeTriggered", "NodeLogged", "NodeLogged", "NodeLogged", "NodeLogged"]
    states = [fact for fact in facts if type(fact).__name__ == "NodeProgressed"]
    assert [fact.fraction for fact in states][-1] == 1.0  # type: ignore[attr-defined]


def test_a_bar_of_the_node_and_one_of_text(lab: Lab) -> None:
    facts: list[Fact] = []
    lab.space.subscribe(facts.append)

    def work(node: Node) -> None:
        for _ in node.progress(range(2), desc="mine"):
            for _ in tqdm(range(3), desc="text", mininterval=0):
                pass

    lab.add(work)
    lab.run()
    shown = {fact.text.split()[0] for fact in facts if type(fact).__name__ == "NodeProgressed"}  # type: ignore[union-attr]
    assert shown == {"mine"}
