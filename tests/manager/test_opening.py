"""Opening a worker without any Jupyter server in reach; the other case is tested with the command line."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.opening import open_worker


async def test_this_process_hosts_the_worker(base: BaseFolder, tmp_path: Path, gone: Callable[[int], None]) -> None:
    opened = await open_worker("demo", base_dir=base.path, cwd=str(tmp_path))
    assert opened.server_base_url is None
    assert (opened.record.name, opened.record.state, opened.record.cwd) == ("demo", "running", str(tmp_path))
    assert opened.connection.pid == opened.record.pid
    again = await open_worker("demo", base_dir=base.path, cwd=None)
    assert again.record == opened.record
    await again.close()
    assert (await opened.status()).state == "running"
    await opened.close()
    gone(opened.connection.pid)


async def test_a_worker_that_died_is_opened_again(
    base: BaseFolder, tmp_path: Path, gone: Callable[[int], None]
) -> None:
    opened = await open_worker("demo", base_dir=base.path, cwd=str(tmp_path))
    before = opened.connection
    os.kill(before.pid, signal.SIGKILL)
    gone(before.pid)
    await opened.reopen()
    assert opened.connection != before
    assert opened.connection.pid == opened.record.pid
    await opened.close()


async def test_a_name_that_cannot_be_is_refused(base: BaseFolder) -> None:
    with pytest.raises(InvalidWorkerError):
        await open_worker(" ", base_dir=base.path, cwd=None)
