"""Functions that run in processes. A test puts this folder on ``sys.path``, and the processes get it from there."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from funcnodes_jupyter.core import progress as progress_module
from funcnodes_jupyter.core.decorator import NodeDecorator


def add(a: int, b: int = 0) -> int:
    return a + b


def echo(value: Any) -> Any:
    return value


@NodeDecorator("process.decorated")
def decorated(a: int) -> int:
    """The module has the class under this name, not the function."""
    return a * 2


def _renamed(a: int) -> int:
    return a * 3


OtherNode = NodeDecorator("process.renamed")(_renamed)
del _renamed


async def coroutine(a: int) -> int:
    await asyncio.sleep(0)
    return a + 1


def stream(n: int) -> Iterator[int]:
    yield from range(n)


async def async_stream(n: int) -> AsyncIterator[int]:
    for number in range(n):
        await asyncio.sleep(0)
        yield number


def stream_then_wait(path: str) -> Iterator[Any]:
    """Yields the number of its process, then what comes through the named pipe at ``path``."""
    yield os.getpid()
    yield Path(path).read_text(encoding="utf-8")


def stream_then_fail() -> Iterator[int]:
    yield 1
    raise ValueError("after the first")


def stream_something_odd() -> Iterator[Any]:
    yield 1
    yield threading.Lock()


def write(path: str, text: str) -> None:
    """Into a named pipe: returns when another process has it open, too."""
    Path(path).write_text(text, encoding="utf-8")


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def wait_for_ever() -> Iterator[int]:
    yield os.getpid()
    threading.Event().wait()


def compute_for_ever() -> Iterator[int]:
    yield os.getpid()
    while True:
        pass


def keep_pythons_lock() -> Iterator[int]:
    """Then nothing of Python runs in its process any more, not even what watches the pipe."""
    yield os.getpid()
    max(itertools.repeat(1))


def start_a_program() -> Iterator[int]:
    """Yields the number of a program that would run for ever."""
    program = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    yield program.pid
    threading.Event().wait()


def fork_and_exit(path: str) -> None:
    """Ends, and leaves a forked process behind that waits for the named pipe at ``path``."""
    if os.fork() == 0:
        Path(path).read_text(encoding="utf-8")
        os._exit(0)
    os._exit(7)


def exit_at_once(code: int) -> None:
    os._exit(code)


def be_killed(signal: int) -> None:
    os.kill(os.getpid(), signal)
    threading.Event().wait()


def progress(node: Any, n: int) -> str:
    progress_module.REPORT_SECONDS = 0  # in this process, so that it reports each step
    for _ in node.progress(range(n), desc="half way", unit="steps"):
        pass
    return f"{node.name} {node.uuid}"


def use_too_much_of_the_node(node: Any) -> None:
    node.outputs["out"].value = 1


def speak() -> None:
    print("printed")
    print("to stderr", file=sys.stderr)
    print("ünfinished", end="", flush=True)
    sys.stdout.buffer.write(b" bytes\n")
    logging.getLogger("mine").info("not heard")
    logging.getLogger("mine").warning("logged %d", 1)
    warnings.warn("warned", stacklevel=1)


def speak_much(lines: int) -> int:
    for number in range(lines):
        print(number)
    return lines


def print_from_a_thread(begin: str, ended: str) -> None:
    """The thread prints after the function has returned; both are named pipes."""

    def late() -> None:
        read(begin)
        print("too late", flush=True)
        write(ended, "printed")

    threading.Thread(target=late).start()


def fail(message: str) -> None:
    _fail_deeper(message)


def _fail_deeper(message: str) -> None:
    raise ValueError(message)


def leave() -> None:
    sys.exit(3)


def stop() -> None:
    raise StopIteration(3)


class TwoArgumentsError(Exception):
    """Pickles, and cannot be read again."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


def fail_oddly() -> None:
    raise TwoArgumentsError(1, 2)


class LockHolderError(Exception):
    """Cannot be pickled."""

    def __init__(self) -> None:
        super().__init__("holds a lock")
        self.lock = threading.Lock()


def fail_with_a_lock() -> None:
    raise LockHolderError


def return_a_lock() -> Any:
    return threading.Lock()


class Unreadable:
    """Pickles, and can be read in the process alone that made it."""

    def __reduce__(self) -> Any:
        return (_refuse, (os.getpid(),))


def _refuse(made_in: int) -> Unreadable:
    if os.getpid() != made_in:
        raise ValueError("not here")
    return Unreadable()


def return_the_unreadable() -> Any:
    return Unreadable()


def stream_the_unreadable() -> Iterator[Any]:
    yield Unreadable()
    threading.Event().wait()


def pid() -> int:
    return os.getpid()


def session() -> int:
    return os.getsid(0)


def open_descriptors() -> list[str]:
    """What this process has open, beside its standard streams."""
    found = [path for path in Path("/proc/self/fd").iterdir() if int(path.name) > 2]
    return [str(path.readlink()) for path in found if path.exists()]
