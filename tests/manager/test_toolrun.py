"""Commands told line by line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from funcnodes_jupyter.manager.toolrun import MAX_LINE, ToolFailedError, run_tool


async def said(script: str, folder: Path) -> list[str]:
    lines: list[str] = []
    await run_tool(["sh", "-c", script], os.environ, folder, lines.append)
    return lines


async def test_lines_come_as_they_are_written(tmp_path: Path) -> None:
    script = r"printf 'one\r\n\n  two\rthr'; printf 'ee\n' >&2; printf 'no end ü'"
    assert await said(script, tmp_path) == ["one", "  two", "three", "no end ü"]


async def test_names_and_passwords_of_indexes_are_not_told(tmp_path: Path) -> None:
    assert await said("echo 'from https://me:secret@index/simple'", tmp_path) == ["from https://****@index/simple"]
    assert await said("echo 'at https://me:se@cret@index/simple/a@b'", tmp_path) == ["at https://****@index/simple/a@b"]


async def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    (line,) = await said("head -c 1000000 /dev/zero | tr '\\0' x", tmp_path)
    assert len(line) == MAX_LINE


@pytest.mark.parametrize(
    ("command", "code", "output"),
    [(["sh", "-c", "echo no; exit 3"], 3, "no"), (["/nowhere"], None, "/nowhere cannot be run: No such file")],
)
async def test_what_fails_says_why(tmp_path: Path, command: list[str], code: int | None, output: str) -> None:
    with pytest.raises(ToolFailedError) as caught:
        await run_tool(command, os.environ, tmp_path, lambda line: None)
    assert caught.value.code == code
    assert caught.value.output.startswith(output)
