"""Functions in processes: what goes in and comes out, what is said meanwhile, and how they end."""

from __future__ import annotations

import asyncio
import gc
import importlib
import linecache
import os
import runpy
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy
import psutil
import pytest

from funcnodes_jupyter.core.errors import (
    FunctionFailedError,
    NotSendableError,
    ProcessDiedError,
    ProcessError,
)
from funcnodes_jupyter.core.process_messages import Ended, Message, Output, Progress, Yielded
from funcnodes_jupyter.core.processes import ProcessPool
from funcnodes_jupyter.core.remote_function import Reference, RemoteFunction, Source

PATIENCE = 30


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return importlib.import_module("process_functions")


class Listener:
    """Keeps what a run says, and lets a test wait for it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._came = asyncio.Event()

    def __call__(self, message: Message) -> None:
        self.messages.append(message)
        self._came.set()

    @property
    def values(self) -> list[Any]:
        return [message.value for message in self.messages if isinstance(message, Yielded)]

    def outputs(self, kind: str) -> list[str]:
        return [message.text for message in self.messages if isinstance(message, Output) and message.kind == kind]

    async def value(self, position: int = 0) -> Any:
        while len(self.values) <= position:
            self._came.clear()
            await self._came.wait()
        return self.values[position]


def run(story: Callable[[ProcessPool], Awaitable[None]], size: int = 2) -> None:
    async def main() -> None:
        pool = ProcessPool(size)
        try:
            await asyncio.wait_for(story(pool), PATIENCE)
        finally:
            pool.close()

    asyncio.run(main())


def start(pool: ProcessPool, function: Any, heard: Listener | None = None, **arguments: Any) -> asyncio.Task[Any]:
    return asyncio.create_task(call(pool, function, heard, **arguments))


async def call(pool: ProcessPool, function: Any, heard: Listener | None = None, /, **arguments: Any) -> Any:
    tell = heard if heard is not None else Listener()
    return await pool.run(RemoteFunction.of(function), arguments, tell, name="N", uuid="u1")


async def cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.fixture
def pipe(tmp_path: Path) -> str:
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    return path


def wait_for_end(process: psutil.Process) -> None:
    """Return when ``process`` has ended, also where nobody takes the exit code of orphans."""
    if not hasattr(os, "pidfd_open"):
        process.wait(PATIENCE)
        return
    try:
        descriptor = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], PATIENCE)[0]
    finally:
        os.close(descriptor)


# --- calling ----------------------------------------------------------------------------------------


def test_values_go_in_and_come_out(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        assert await call(pool, functions.add, a=1, b=2) == 3
        assert await call(pool, functions.add, a=1) == 1
        assert await call(pool, functions.coroutine, a=1) == 2
        assert await call(pool, functions.pid) not in (None, os.getpid())
        assert await call(pool, os.path.join, a="x") == "x"

    run(story)


def test_big_values_travel_beside_the_pickle(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        text = bytes(5_000_000)
        assert await call(pool, functions.echo, value=text) == text
        array = numpy.arange(1_000_000.0)
        back = await call(pool, functions.echo, value={"array": array, "again": array})
        assert (back["array"] == array).all()
        assert back["array"] is back["again"]
        back["array"][0] = 5  # it can be written to, as the original can

    run(story)


def test_a_process_that_does_not_read_blocks_nobody_else(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        number = await call(pool, functions.pid)
        os.kill(number, signal.SIGSTOP)
        stuck = start(pool, functions.echo, value=bytes(5_000_000))
        while pool._slots._idle:  # noqa: ASYNC110 until that one has the process: so much is not packed in a moment
            await asyncio.sleep(0)
        other = await asyncio.gather(*(call(pool, functions.pid) for _ in range(3)))
        assert number not in other
        assert not stuck.done()
        os.kill(number, signal.SIGCONT)
        assert len(await stuck) == 5_000_000

    run(story)


def test_functions_run_side_by_side(functions: ModuleType, pipe: str) -> None:
    async def story(pool: ProcessPool) -> None:
        # Either waits for the other.
        read, _ = await asyncio.gather(
            call(pool, functions.read, path=pipe), call(pool, functions.write, path=pipe, text="met")
        )
        assert read == "met"

    run(story)


def test_no_more_processes_than_the_pool_is_large(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        numbers = await asyncio.gather(*(call(pool, functions.pid) for _ in range(20)))
        assert len(set(numbers)) <= 2

    run(story)


def test_what_waits_for_a_process_never_starts_when_it_is_cancelled(functions: ModuleType, tmp_path: Path) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        first = start(pool, functions.wait_for_ever, heard)
        number = await heard.value()
        queued = start(pool, functions.write, path=str(tmp_path / "never"), text="")
        await asyncio.sleep(0)
        await cancel(queued)
        assert psutil.pid_exists(number)
        await cancel(first)
        assert await call(pool, functions.add, a=4) == 4
        assert not (tmp_path / "never").exists()

    run(story, size=1)


# --- how functions travel ---------------------------------------------------------------------------


def test_decorated_functions_travel_by_the_name_of_their_class(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        assert await call(pool, functions.decorated.o_func, a=4) == 8
        assert await call(pool, functions.OtherNode.o_func, a=4) == 12

    assert RemoteFunction.of(functions.add).form == Reference("process_functions", "add", False)
    assert RemoteFunction.of(functions.decorated.o_func).form == Reference("process_functions", "decorated", True)
    assert RemoteFunction.of(functions.OtherNode.o_func).form == Reference("process_functions", "OtherNode", True)
    run(story)


SCRIPT = '''
import math as m
from funcnodes_jupyter.core.decorator import NodeDecorator

FACTOR = 3
print("the main module runs")

class Thing:
    pass

def helper(a: Thing = FACTOR):
    """Text
at the margin"""
    return a * FACTOR

@NodeDecorator(
    "script.scaled",
)
def scaled(a: "Thing", b: float = m.pi, *, c=FACTOR) -> Thing:
    return [m.floor(b), helper(a), c, helper(), [FACTOR for _ in range(2)]]

def outer():
    def inner(a):
        x = """
margin"""
        return a / 0
    return inner

inner = outer()

def around(n):
    def inside():
        return n
    return inside

bound = around(1)
unnamed = lambda a: a
lock = __import__("threading").Lock()

def locked(a):
    with lock:
        return a

def shadowed(a):
    lock = a
    return lock

def returns_thing(thing):
    return thing

thing = Thing()

def uses_thing(a):
    return thing
'''


@pytest.fixture
def script(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return runpy.run_path(str(path), run_name="__main__")


def test_functions_of_the_main_module_travel_as_source(script: dict[str, Any]) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        assert await call(pool, script["scaled"].o_func, heard, a=2) == [3, 6, 3, 9, [3, 3]]
        assert await call(pool, script["shadowed"], heard, a=2) == 2
        assert heard.messages == []

    assert isinstance(RemoteFunction.of(script["scaled"].o_func).form, Source)
    run(story)


def test_functions_of_a_notebook_travel_as_source() -> None:
    filename = "<ipython-input-7-abc>"
    cell = "\n\ndef divide(a):\n    return 1 / a\n"
    linecache.cache[filename] = (len(cell), None, cell.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(cell, filename, "exec"), namespace)

    async def story(pool: ProcessPool) -> None:
        assert await call(pool, namespace["divide"], a=2) == 0.5
        with pytest.raises(FunctionFailedError) as caught:
            await call(pool, namespace["divide"], a=0)
        report = caught.value.report
        assert report.line == 4
        assert f'File "{filename}", line 4, in divide\n    return 1 / a' in report.traceback
        assert isinstance(report.exception, ZeroDivisionError)

    run(story)


def test_source_stands_in_its_lines_also_when_it_is_indented(script: dict[str, Any]) -> None:
    line = SCRIPT.split("\n").index("        return a / 0") + 1

    async def story(pool: ProcessPool) -> None:
        with pytest.raises(FunctionFailedError) as caught:
            await call(pool, script["inner"], a=1)
        assert caught.value.report.line == line
        assert "return a / 0" in caught.value.report.traceback

    run(story)


@pytest.mark.parametrize(("name", "words"), [
    ("bound", "inside cannot be sent to a process, it uses n from around it: put the function into a module"),
    ("unnamed", "<lambda> cannot be sent to a process, the source of its def is not known: put the function into a"),
    ("locked", "locked cannot be sent to a process, it uses 'lock', which cannot: TypeError"),
])  # fmt: skip
def test_a_function_that_cannot_travel_is_named(script: dict[str, Any], name: str, words: str) -> None:
    with pytest.raises(NotSendableError) as caught:
        RemoteFunction.of(script[name])
    assert str(caught.value).startswith(words)


def test_what_only_the_main_module_knows_is_named(script: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    # Here the script stands in for the main module, so that its things pickle.
    monkeypatch.setattr(sys.modules["__main__"], "Thing", script["Thing"], raising=False)

    async def story(pool: ProcessPool) -> None:
        with pytest.raises(NotSendableError, match="'thing', which uses_thing uses, cannot be read"):
            await call(pool, script["uses_thing"], a=1)
        with pytest.raises(NotSendableError, match="argument thing of returns_thing cannot be read in a process"):
            await call(pool, script["returns_thing"], thing=script["thing"])

    run(story)


def test_the_main_module_does_not_run_again(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    path.write_text(
        textwrap.dedent("""
        import asyncio
        from funcnodes_jupyter.core.processes import ProcessPool
        from funcnodes_jupyter.core.remote_function import RemoteFunction
        print("main")
        def double(a):
            return 2 * a
        async def main():
            pool = ProcessPool(1)
            print(await pool.run(RemoteFunction.of(double), {"a": 4}))
        asyncio.run(main())
        """),
        encoding="utf-8",
    )
    ended = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert (ended.stdout, ended.stderr) == ("main\n8\n", "")


# --- what is said meanwhile -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stream", "async_stream"])
def test_generators_are_told_value_by_value(functions: ModuleType, name: str) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        assert await call(pool, getattr(functions, name), heard, n=1000) == Ended()
        assert heard.values == list(range(1000))

    run(story)


def test_a_value_is_there_before_the_next_is_made(functions: ModuleType, pipe: str) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        task = start(pool, functions.stream_then_wait, heard, path=pipe)
        await heard.value()
        await asyncio.to_thread(Path(pipe).write_text, "go on")
        assert await heard.value(1) == "go on"
        assert await task == Ended()

    run(story)


def test_progress_and_the_name_of_the_node(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        assert await call(pool, functions.progress, heard, n=2) == "N u1"
        told = [message for message in heard.messages if isinstance(message, Progress)]
        assert [message.fraction for message in told] == [0.0, 0.5, 1.0, 1.0]
        assert told[1].text.startswith("half way 1 of 2 steps · ")
        assert [message.over for message in told] == [False, False, False, True]
        with pytest.raises(FunctionFailedError, match=r"cannot use node\.outputs, only node\.progress"):
            await call(pool, functions.use_too_much_of_the_node)

    run(story)


def test_prints_logs_and_warnings_arrive(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        for _ in range(2):  # a warning is told in each run, not once for ever
            heard = Listener()
            await call(pool, functions.speak, heard)
            assert "".join(heard.outputs("print")) == "printed\nto stderr\nünfinished bytes\n"
            assert heard.outputs("log") == ["WARNING mine: logged 1"]
            (warning,) = heard.outputs("warning")
            assert warning.startswith("UserWarning: warned (line ")

    run(story, size=1)


def test_whoever_says_much_waits_for_the_loop_and_loses_nothing(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        assert await call(pool, functions.speak_much, heard, lines=5000) == 5000
        assert "".join(heard.outputs("print")) == "".join(f"{number}\n" for number in range(5000))

    run(story)


def test_what_comes_after_the_end_is_not_taken_for_the_next_run(
    functions: ModuleType, pipe: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ended = tmp_path / "ended"
    os.mkfifo(ended)

    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        await call(pool, functions.print_from_a_thread, heard, begin=pipe, ended=str(ended))
        await asyncio.to_thread(Path(pipe).write_text, "now")
        assert await asyncio.to_thread(ended.read_text) == "printed"
        assert capfd.readouterr().out == "too late\n"
        assert heard.messages == []
        assert await call(pool, functions.add, heard, a=1) == 1
        assert heard.messages == []

    run(story, size=1)


# --- errors -----------------------------------------------------------------------------------------


def test_the_report_of_an_error_starts_in_the_code_of_the_user(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        with pytest.raises(FunctionFailedError) as caught:
            await call(pool, functions.fail, message="no")
        report = caught.value.report
        assert (report.text, report.type, report.function) == ("ValueError: no", "ValueError", "fail")
        lines = report.traceback.splitlines()
        assert lines[0] == "Traceback (most recent call last):"
        assert lines[1].endswith(f'process_functions.py", line {report.line}, in fail')
        assert "_fail_deeper" in lines[2]
        assert repr(report.exception) == repr(caught.value.__cause__) == "ValueError('no')"
        assert await call(pool, functions.add, a=1) == 1

    run(story, size=1)


@pytest.mark.parametrize(("name", "text", "travels"), [
    ("fail_oddly", "TwoArgumentsError: 1 and 2", False),
    ("fail_with_a_lock", "LockHolderError: holds a lock", False),
    ("leave", "SystemExit: 3", True),
    ("stop", "StopIteration: 3", True),
    ("stream_then_fail", "ValueError: after the first", True),
])  # fmt: skip
def test_errors_travel_if_they_can(functions: ModuleType, name: str, text: str, travels: bool) -> None:
    async def story(pool: ProcessPool) -> None:
        numbers = await call(pool, functions.pid)
        with pytest.raises(FunctionFailedError) as caught:
            await call(pool, getattr(functions, name))
        assert caught.value.report.text == text
        assert (caught.value.report.exception is not None) is travels
        assert numbers == await call(pool, functions.pid)

    run(story, size=1)


def test_what_cannot_be_sent_is_named_and_the_process_stays(functions: ModuleType, script: dict[str, Any]) -> None:
    async def story(pool: ProcessPool) -> None:
        number = await call(pool, functions.pid)
        with pytest.raises(NotSendableError, match="argument value of echo cannot be sent to a process: TypeError"):
            await call(pool, functions.echo, value=script["lock"])
        with pytest.raises(NotSendableError, match="argument value of echo cannot be read in a process: ValueError"):
            await call(pool, functions.echo, value=functions.Unreadable())
        with pytest.raises(NotSendableError, match="the result of return_a_lock cannot be sent: TypeError") as caught:
            await call(pool, functions.return_a_lock)
        assert caught.value.function == "return_a_lock"
        with pytest.raises(NotSendableError, match="the result of return_the_unreadable came and cannot be read"):
            await call(pool, functions.return_the_unreadable)
        heard = Listener()
        with pytest.raises(NotSendableError, match="a value of stream_something_odd cannot be sent: TypeError"):
            await call(pool, functions.stream_something_odd, heard)
        assert heard.values == [1]
        assert number == await call(pool, functions.pid)

    run(story, size=1)


def test_a_stream_that_cannot_be_read_is_ended(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        with pytest.raises(NotSendableError, match="a value of stream_the_unreadable came and cannot be read"):
            await call(pool, functions.stream_the_unreadable)
        assert await call(pool, functions.add, a=1) == 1

    run(story, size=1)


# --- ends -------------------------------------------------------------------------------------------


def test_cancelling_kills_the_process_of_that_run_and_no_other(functions: ModuleType, pipe: str) -> None:
    async def story(pool: ProcessPool) -> None:
        stays, goes = Listener(), Listener()
        staying = start(pool, functions.stream_then_wait, stays, path=pipe)
        going = start(pool, functions.compute_for_ever, goes)
        await stays.value()
        process = psutil.Process(await goes.value())
        await cancel(going)
        await asyncio.to_thread(wait_for_end, process)
        assert await call(pool, functions.add, a=2) == 2
        await asyncio.to_thread(Path(pipe).write_text, "still here")
        assert await staying == Ended()
        assert stays.values[1] == "still here"

    run(story)


def test_killing_takes_along_what_the_function_started(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        task = start(pool, functions.start_a_program, heard)
        program = psutil.Process(await heard.value())
        await cancel(task)
        await asyncio.to_thread(wait_for_end, program)

    run(story)


@pytest.mark.parametrize(("name", "argument", "words", "code"), [
    ("exit_at_once", {"code": 3}, "exit code 3", 3),
    ("be_killed", {"signal": signal.SIGSEGV}, "signal SIGSEGV", -signal.SIGSEGV),
    ("be_killed", {"signal": signal.SIGKILL}, "signal SIGKILL, perhaps for want of memory", -signal.SIGKILL),
])  # fmt: skip
def test_a_process_that_dies_is_told(
    functions: ModuleType, name: str, argument: dict[str, int], words: str, code: int
) -> None:
    async def story(pool: ProcessPool) -> None:
        with pytest.raises(ProcessDiedError) as caught:
            await call(pool, getattr(functions, name), **argument)
        assert str(caught.value) == f"The process of {name} ended while it ran: {words}."
        assert caught.value.exit_code == code
        assert await call(pool, functions.add, a=1) == 1

    run(story, size=1)


def test_a_process_that_dies_is_told_although_one_that_it_forked_lives(functions: ModuleType, pipe: str) -> None:
    async def story(pool: ProcessPool) -> None:
        with pytest.raises(ProcessDiedError, match="exit code 7"):
            await call(pool, functions.fork_and_exit, path=pipe)

    run(story)


def test_a_process_that_died_at_rest_is_replaced(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        process = psutil.Process(await call(pool, functions.pid))
        process.kill()
        await asyncio.to_thread(wait_for_end, process)
        assert await call(pool, functions.pid) != process.pid

    run(story, size=1)


def test_an_interrupt_does_not_reach_the_processes(functions: ModuleType, pipe: str) -> None:
    async def story(pool: ProcessPool) -> None:
        assert await call(pool, functions.session) != os.getsid(0)
        heard = Listener()
        task = start(pool, functions.stream_then_wait, heard, path=pipe)
        os.kill(await heard.value(), signal.SIGINT)
        await asyncio.to_thread(Path(pipe).write_text, "unharmed")
        assert await task == Ended()
        assert heard.values[1] == "unharmed"

    run(story)


def test_processes_end_with_a_parent_that_is_killed(functions: ModuleType) -> None:
    code = """
import asyncio, sys
import process_functions
from funcnodes_jupyter.core.processes import ProcessPool
from funcnodes_jupyter.core.remote_function import RemoteFunction
async def main():
    pool = ProcessPool(3)
    tell = lambda message: print(message.value, flush=True)
    await pool.run(RemoteFunction.of(process_functions.add), {"a": 1})
    await asyncio.gather(*(pool.run(RemoteFunction.of(function), {}, tell) for function in
                           (process_functions.compute_for_ever, process_functions.keep_pythons_lock,
                            process_functions.start_a_program)))
asyncio.run(main())
"""
    path = os.pathsep.join(sys.path)
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )
    with parent:
        assert parent.stdout is not None
        numbers = [int(parent.stdout.readline()) for _ in range(3)]
        processes = [*psutil.Process(parent.pid).children(recursive=True), *map(psutil.Process, numbers)]
        assert len(set(processes)) == 4
        parent.kill()
        # They have its standard output, too: this returns when the last of them has ended.
        parent.communicate(timeout=PATIENCE)
    for process in processes:
        wait_for_end(process)


def test_a_process_inherits_nothing_but_its_pipes(functions: ModuleType, tmp_path: Path) -> None:
    async def story(pool: ProcessPool) -> None:
        with (tmp_path / "open").open("w", encoding="utf-8") as file:
            os.set_inheritable(file.fileno(), True)
            found = await call(pool, functions.open_descriptors)
        assert sorted(name.partition(":")[0] for name in found) == ["pipe", "socket"]

    run(story)


def test_closing_ends_all_that_runs_and_waits(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        heard = Listener()
        await asyncio.gather(*(call(pool, functions.pid) for _ in range(2)))
        running = start(pool, functions.wait_for_ever, heard)
        await heard.value()
        pool.close()
        with pytest.raises(ProcessError, match="was killed"):
            await running
        with pytest.raises(RuntimeError, match="closed"):
            await call(pool, functions.pid)

    run(story)
    assert psutil.Process().children() == []


def test_a_forgotten_pool_ends_its_processes(functions: ModuleType) -> None:
    async def story() -> psutil.Process:
        pool = ProcessPool(1)
        process = psutil.Process(await call(pool, functions.pid))
        del pool
        return process

    process = asyncio.run(story())
    gc.collect()
    wait_for_end(process)


def test_nothing_is_left_over(functions: ModuleType) -> None:
    async def story(pool: ProcessPool) -> None:
        await asyncio.gather(*(call(pool, functions.pid) for _ in range(2)))
        before = psutil.Process().num_fds()
        for number in range(200):
            assert await call(pool, functions.add, a=number) == number
        for _ in range(5):
            with pytest.raises(ProcessDiedError):
                await call(pool, functions.exit_at_once, code=1)
            heard = Listener()
            task = start(pool, functions.wait_for_ever, heard)
            await heard.value()
            await cancel(task)
        await asyncio.gather(*(call(pool, functions.pid) for _ in range(2)))
        assert psutil.Process().num_fds() <= before

    before = psutil.Process().num_fds()
    run(story)
    assert psutil.Process().children() == []
    assert psutil.Process().num_fds() <= before
