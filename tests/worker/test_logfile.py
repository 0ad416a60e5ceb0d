"""The log of a worker that prints without pause does not fill the disk."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from funcnodes_jupyter.worker import logfile


def opened(path: Path) -> int:
    """As a launcher opens the log for a worker."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def test_a_log_is_set_aside_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logfile, "LIMIT", 10)
    path = tmp_path / "worker.log"
    descriptor = opened(path)
    os.write(descriptor, b"forgotten, and the last 10")
    logfile.set_aside(path, descriptor)
    os.write(descriptor, b"new")
    os.close(descriptor)
    assert path.read_bytes() == b"new"
    kept = tmp_path / "worker.log.1"
    assert kept.read_bytes() == b"he last 10"
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_it_is_looked_after_while_the_worker_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logfile, "LIMIT", 1000)
    monkeypatch.setattr(logfile, "LOOK_INTERVAL", 0.001)
    path = tmp_path / "worker.log"
    descriptor = opened(path)
    keeping = asyncio.create_task(logfile.keep_short(path, descriptor))
    try:
        for _ in range(3):
            os.write(descriptor, b"x" * 5000)
            await asyncio.wait_for(asyncio.to_thread(wait_until_empty, descriptor), 30)
    finally:
        keeping.cancel()
        os.close(descriptor)
    assert (tmp_path / "worker.log.1").stat().st_size == 1000


def wait_until_empty(descriptor: int) -> None:
    while os.fstat(descriptor).st_size:
        os.sched_yield()


async def test_a_disk_that_refuses_leaves_the_log_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(logfile, "LIMIT", 10)
    monkeypatch.setattr(logfile, "LOOK_INTERVAL", 0.001)
    path = tmp_path / "worker.log"
    (tmp_path / "worker.log.1").mkdir()
    descriptor = opened(path)
    os.write(descriptor, b"x" * 100)
    await asyncio.wait_for(logfile.keep_short(path, descriptor), 30)
    os.close(descriptor)
    assert path.stat().st_size == 100
    assert "could not be set aside" in caplog.text
