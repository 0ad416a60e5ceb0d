"""The command ``funcnodes`` within the process of the tests, where a process of its own is not what is tested."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from funcnodes_jupyter.cli.main import main


@dataclass(frozen=True)
class Done:
    """How the command ended, and what it said; as much of :class:`subprocess.CompletedProcess` as tests read."""

    returncode: int
    stdout: str
    stderr: str


def run_here(arguments: tuple[str, ...], environment: dict[str, str], cwd: Path) -> Done:
    """Run the command as a shell in ``cwd`` would, with nobody there to type; afterwards all is as before."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        patch.dict(os.environ, environment, clear=True),
        _working_in(cwd),
        _modules_forgotten(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        Path(os.devnull).open(encoding="utf-8") as nobody,
        patch.object(sys, "stdin", nobody),
    ):
        try:
            code = main(arguments)
        except SystemExit as end:  # what argparse does
            code = int(end.code or 0)
    return Done(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _modules_forgotten(folder: Path) -> Iterator[None]:
    """Modules in the folder can be imported, as in a process that was started there, and the next command's are new."""
    with patch.object(sys, "path", ["", *sys.path]):
        yield
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "/").is_relative_to(folder):
            del sys.modules[name]
