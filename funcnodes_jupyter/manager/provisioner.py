"""A worker's process as a child of this one: launch, wait until ready, terminate, kill. Policy stands elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from pathlib import Path

from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.process_id import ProcessId, kill_group
from funcnodes_jupyter.manager.seat import Seat
from funcnodes_jupyter.manager.watched import LogTail, WatchedProcess

_START = """import sys
if sys.path[:1] == [""]:
    sys.path.append(sys.path.pop(0))
from funcnodes_jupyter.worker.__main__ import main
sys.exit(main())
"""
"""What ``python -m funcnodes_jupyter.worker`` does, with the working directory at the end of the search path.

People's folders hold a ``random.py`` or a ``test.py``: their own functions must find such a module, and the
standard library must not.
"""


class LaunchedProcess(WatchedProcess):
    """A child of ours, made by :func:`launch`.

    The process is the leader of a session of its own, so a Ctrl+C at the launcher's terminal does not reach
    it. Unless it is detached, it holds the reading end of a pipe as its standard input: whatever ends the
    launcher, kill -9 included, closes that pipe, and the worker saves and ends too.
    """

    def __init__(self, popen: subprocess.Popen[bytes], identity: ProcessId, ready_fd: int, log: LogTail) -> None:
        super().__init__(identity, log)
        self._popen = popen
        self._ready_fd = ready_fd

    async def wait_ready(self) -> bool:
        """Wait for the worker's word that it serves; False when it ended, or closed the pipe, without it."""
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        fd, self._ready_fd = self._ready_fd, -1
        if fd < 0:  # it ended before anybody could wait
            return False
        loop.add_reader(fd, readable.set)
        try:
            await readable.wait()
            return os.read(fd, 64) != b""
        finally:
            loop.remove_reader(fd)
            os.close(fd)

    def terminate(self) -> None:
        """Ask the worker to save and end: its input is closed, and it gets SIGTERM."""
        self._close_stdin()
        self._popen.terminate()

    def kill(self) -> None:
        """End the worker and everything in its process group at once."""
        if self._popen.poll() is None:
            kill_group(self._popen.pid)

    def cleanup(self) -> None:
        """Close what is still open."""
        self._close_stdin()
        if self._ready_fd >= 0:
            os.close(self._ready_fd)
            self._ready_fd = -1

    def _wait(self) -> int:
        # First only looked at: until it is reaped, its number, and so its group's, is nobody else's.
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOWAIT)
            kill_group(self._popen.pid)
        return self._popen.wait()

    def _close_stdin(self) -> None:
        if self._popen.stdin is not None:
            self._popen.stdin.close()


def launch(
    paths: WorkerPaths, base: Path, cwd: Path, seat: Seat, *, detached: bool, memory_limit: int | None = None
) -> LaunchedProcess:
    """Start the process of a worker; blocks for milliseconds, so call it in a thread.

    A ``detached`` one outlives this process. It may use ``memory_limit`` bytes of memory.

    Raises:
        OSError: the process cannot be made, or its working directory is not there.
    """
    paths.folder.mkdir(mode=0o700, exist_ok=True)
    log = LogTail.from_now(paths.log)
    ready_read, ready_write = os.pipe()
    try:
        command = [seat.python, "-c", _START]
        command += ["--base", str(base), "--uuid", paths.uuid, "--ready-fd", str(ready_write)]
        command += ["--memory-limit", str(memory_limit)] if memory_limit is not None else []
        popen = _popen(command, paths, cwd, seat, ready_write, subprocess.DEVNULL if detached else subprocess.PIPE)
    except BaseException:
        os.close(ready_read)
        raise
    finally:
        os.close(ready_write)
    identity = ProcessId.of(popen.pid) or ProcessId(popen.pid, 0.0)
    return LaunchedProcess(popen, identity, ready_read, log)


def _popen(
    command: list[str], paths: WorkerPaths, cwd: Path, seat: Seat, ready_write: int, stdin: int
) -> subprocess.Popen[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with os.fdopen(os.open(paths.log, flags, 0o600), "ab") as log:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=log,
            stderr=log,
            cwd=cwd,
            env=seat.variables,
            pass_fds=(ready_write,),
            start_new_session=True,
        )
