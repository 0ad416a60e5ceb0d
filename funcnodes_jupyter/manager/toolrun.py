"""A command that is run for what it does, told line by line, and ended with all that it started."""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from funcnodes_jupyter.manager.process_id import kill_group

Told = Callable[[str], None]
"""Hears one line, on the loop."""

MAX_LINE = 2000
"""Characters; what is longer is cut."""
_KEPT_LINES = 60
_BREAKS = re.compile(r"[\r\n]+")
_CREDENTIALS = re.compile(r"://[^/\s]+@")


class ToolFailedError(Exception):
    """A command could not be run, or ended with another exit code than 0.

    Attributes:
        code: The exit code, None when it could not be run.
        output: The last lines that it printed.
    """

    def __init__(self, code: int | None, output: str) -> None:
        super().__init__(output or f"it ended with exit code {code}")
        self.code = code
        self.output = output


async def run_tool(
    command: Sequence[str],
    environ: Mapping[str, str],
    cwd: Path,
    told: Told,
    held: Sequence[int] = (),
    *,
    unmasked: bool = False,
) -> str:
    """Run a command to its end; returns the last lines that it printed, of its output and its errors.

    Cancelled, it kills the command's whole process group and returns when that is gone.

    Args:
        held: Descriptors that its processes hold, too.
        unmasked: What it prints is for this program alone, and comes with the names and passwords that stand in it.

    Raises:
        ToolFailedError: it failed.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(environ),
            cwd=cwd,
            pass_fds=held,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolFailedError(None, f"{command[0]} cannot be run: {error.strerror or error}") from error
    assert process.stdout is not None, "it was asked for"
    kept: list[str] = []
    try:
        async for line in _lines(process.stdout):
            if not unmasked:
                line = _presentable(line)
            kept = [*kept[1 - _KEPT_LINES :], line]
            told(line)
        code = await process.wait()
    except BaseException:
        if process.returncode is None:
            kill_group(process.pid)
        await process.wait()
        raise
    if code != 0:
        raise ToolFailedError(code, "\n".join(kept))
    return "\n".join(kept)


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """What comes, cut into lines that are not empty; progress bars end theirs with a carriage return."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while data := await stream.read(4096):
        *whole, rest = _BREAKS.split(rest + decoder.decode(data))
        rest = rest[:MAX_LINE]
        for line in filter(str.strip, whole):
            yield line.rstrip()[:MAX_LINE]
    if rest.strip():
        yield rest.rstrip()[:MAX_LINE]


def _presentable(line: str) -> str:
    """A line without names and passwords of indexes."""
    return _CREDENTIALS.sub("://****@", line)[:MAX_LINE]
