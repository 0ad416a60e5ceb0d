"""A worker's process: launch, wait until ready, poll, signal, terminate, kill. Policy stands in the manager."""

from __future__ import annotations

import asyncio
import os
import signal
import site
import subprocess
import sys
import threading
from pathlib import Path

import funcnodes_jupyter
from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.process_id import ProcessId

LOG_LIMIT = 1024 * 1024
"""Bytes; a longer log is set aside (one generation) when the worker is launched."""

LOG_TAIL_LINES = 12

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


class WorkerProcess:
    """One launched process. Made by :func:`launch` in any thread, then used on one event loop.

    The process is the leader of a session of its own, so a Ctrl+C at the launcher's terminal does not reach
    it. It holds the reading end of a pipe as its standard input: whatever ends the launcher, kill -9
    included, closes that pipe, and the worker saves and ends too.
    """

    def __init__(self, popen: subprocess.Popen[bytes], identity: ProcessId, ready_fd: int, log: LogTail) -> None:
        self.identity = identity
        self.verdict = ""
        """Why the manager killed it; empty when it did not."""
        self._popen = popen
        self._ready_fd = ready_fd
        self._log = log
        self._exit_code: asyncio.Future[int] | None = None

    def attach(self) -> None:
        """Begin to watch the process on the running loop; the manager calls this right after the launch."""
        loop = asyncio.get_running_loop()
        self._exit_code = loop.create_future()
        threading.Thread(target=self._reap, args=(loop,), name=f"reap-{self._popen.pid}", daemon=True).start()

    def _reap(self, loop: asyncio.AbstractEventLoop) -> None:
        code = self._popen.wait()
        try:
            loop.call_soon_threadsafe(self._ended, code)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            return

    def _ended(self, code: int) -> None:
        if self._exit_code is not None and not self._exit_code.done():
            self._exit_code.set_result(code)

    def poll(self) -> int | None:
        """The exit code (negative: the signal that ended it), or None while it runs."""
        return self._popen.poll()

    async def wait(self) -> int:
        """Wait for the end of the process and return its exit code."""
        assert self._exit_code is not None, "attach() comes first"
        return await asyncio.shield(self._exit_code)

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

    def send_signal(self, number: int) -> None:
        """Send a signal to the worker alone; nothing happens when it has ended."""
        self._popen.send_signal(number)

    def terminate(self) -> None:
        """Ask the worker to save and end: its input is closed, and it gets SIGTERM."""
        self._close_stdin()
        self._popen.terminate()

    def kill(self) -> None:
        """End the worker and everything in its process group at once."""
        if self.poll() is None:
            kill_group(self._popen.pid)

    def log_tail(self) -> str:
        """The last lines the process printed since it was launched."""
        return self._log.read()

    def cleanup(self) -> None:
        """Close what is still open; the manager calls this after the end."""
        self._close_stdin()
        if self._ready_fd >= 0:
            os.close(self._ready_fd)
            self._ready_fd = -1

    def _close_stdin(self) -> None:
        if self._popen.stdin is not None:
            self._popen.stdin.close()


class LogTail:
    """Reads the end of a log file, never further back than where it stood when this was made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start = path.stat().st_size if path.exists() else 0

    def read(self, lines: int = LOG_TAIL_LINES, limit: int = 4096) -> str:
        """At most ``lines`` lines and ``limit`` bytes; empty when nothing was written."""
        try:
            with self._path.open("rb") as stream:
                end = stream.seek(0, os.SEEK_END)
                stream.seek(max(self._start if end >= self._start else 0, end - limit))
                text = stream.read().decode("utf-8", "replace")
        except OSError:
            return ""
        return "\n".join(text.strip().splitlines()[-lines:])


def launch(paths: WorkerPaths, base: Path, cwd: Path) -> WorkerProcess:
    """Start the process of a worker; blocks for milliseconds, so call it in a thread.

    Raises:
        OSError: the process cannot be made, or its working directory is not there.
    """
    paths.folder.mkdir(mode=0o700, exist_ok=True)
    _set_aside_long_log(paths.log)
    log = LogTail(paths.log)
    ready_read, ready_write = os.pipe()
    try:
        popen = _popen(paths, base, cwd, ready_write)
    except BaseException:
        os.close(ready_read)
        raise
    finally:
        os.close(ready_write)
    identity = ProcessId.of(popen.pid) or ProcessId(popen.pid, 0.0)
    return WorkerProcess(popen, identity, ready_read, log)


def _popen(paths: WorkerPaths, base: Path, cwd: Path, ready_write: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _START]
    command += ["--base", str(base), "--uuid", paths.uuid, "--ready-fd", str(ready_write)]
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with os.fdopen(os.open(paths.log, flags, 0o600), "ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=cwd,
            env=worker_environment(),
            pass_fds=(ready_write,),
            start_new_session=True,
        )


def worker_environment() -> dict[str, str]:
    """The environment of a worker: ours, able to import the very package that runs here."""
    environment = dict(os.environ)
    home = str(Path(funcnodes_jupyter.__file__).resolve().parent.parent)
    if home not in site.getsitepackages():
        # A worker has a working directory of its own, so a package found by ours would be lost.
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [home, environment.get("PYTHONPATH")]))
    return environment


def kill_group(leader: int) -> None:
    """Kill the process group that the process ``leader`` leads, or that process alone; it may have ended."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
    except PermissionError:
        os.kill(leader, signal.SIGKILL)


def describe_exit(code: int, log_tail: str) -> str:
    """One line that says how a process ended, then the last lines of its log."""
    if code < 0:
        try:
            how = f"killed by signal {-code} ({signal.Signals(-code).name})"
        except ValueError:
            how = f"killed by signal {-code}"
    else:
        how = f"ended with exit code {code}"
    return f"{how}\n{log_tail}".strip()


def _set_aside_long_log(path: Path) -> None:
    try:
        if path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_name(path.name + ".1"))
    except FileNotFoundError:
        return
