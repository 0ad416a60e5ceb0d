from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from troublemakers import put_on_path

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.news import Workers
from funcnodes_jupyter.manager.process_id import ProcessId

PATIENCE = 30.0

Hosting = Callable[..., AbstractAsyncContextManager[WorkerManager]]
Until = Callable[[WorkerManager, Callable[[Workers], bool]], Awaitable[Workers]]


@pytest.fixture(autouse=True)
def private_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Jupyter server, base folder or trash of the person who runs the tests is touched."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("FUNCNODES_CONFIG_DIR", str(tmp_path / "base"))
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)

    def no_trash(path: str) -> None:
        raise OSError(f"no trash for {path}")

    monkeypatch.setattr("funcnodes_jupyter.manager.trash.send2trash", no_trash)


@pytest.fixture
def base(tmp_path: Path) -> BaseFolder:
    folder = BaseFolder.at(tmp_path / "base")
    folder.create()
    return folder


@pytest.fixture
def hosting(base: BaseFolder, tmp_path: Path) -> Hosting:
    """Makes a manager that is closed, with its workers, at the end of the ``async with``."""

    @asynccontextmanager
    async def host(**options: Any) -> AsyncIterator[WorkerManager]:
        usual = {"default_cwd": tmp_path, "start_timeout": PATIENCE, "pulse_interval": 0.1}
        manager = WorkerManager(base, **{**usual, **options})
        try:
            yield manager
        finally:
            await manager.close()

    return host


@pytest.fixture
def until() -> Until:
    """Waits until the manager tells of workers that meet a condition."""

    async def wait(manager: WorkerManager, met: Callable[[Workers], bool]) -> Workers:
        told: asyncio.Queue[Workers] = asyncio.Queue()
        unsubscribe = manager.subscribe(told.put_nowait)
        try:
            workers = await manager.list()
            while not met(workers):
                workers = await asyncio.wait_for(told.get(), PATIENCE)
            return workers
        finally:
            unsubscribe()

    return wait


@pytest.fixture
def gone() -> Callable[[int], None]:
    """Waits for the end of a process, without reaping it: that is its parent's part."""

    def wait(pid: int) -> None:
        identity = ProcessId.of(pid)
        deadline = time.monotonic() + PATIENCE
        while identity is not None and identity.alive():
            assert time.monotonic() < deadline, f"process {pid} does not end"
            os.sched_yield()

    return wait


@pytest.fixture
def at_startup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes every Python process that is launched run a line before anything else."""

    def set_line(line: str) -> None:
        folder = tmp_path / "startup"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(line)
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return set_line


@pytest.fixture
def trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers launched from now on have the nodes of :mod:`troublemakers`."""
    put_on_path(tmp_path, monkeypatch)


@pytest.fixture
def stranger() -> Iterator[ProcessId]:
    """A living process that is no worker."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        identity = ProcessId.of(process.pid)
        assert identity is not None
        yield identity
        process.kill()
