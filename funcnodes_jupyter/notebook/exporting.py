"""``%funcnodes export NAME``: the graph as the next cell of the notebook, or as a script."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any, NoReturn

from IPython.core.error import UsageError

from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.wire.errors import CommandError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(
            f"%funcnodes export: {message}. Write %funcnodes export NAME [--as cell|json|script] [FILE.py]"
        )


def export_arguments(line: str) -> argparse.Namespace:
    """What stands behind ``%funcnodes export``: ``name``, ``form`` and ``file``.

    Raises:
        UsageError: it is not understood.
    """
    parser = _Parser(prog="%funcnodes export", add_help=False)
    parser.add_argument("name")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--as", dest="form", choices=("cell", "json", "script"), default="cell")
    try:
        found = parser.parse_args(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"%funcnodes export: {error}") from None
    if (found.form == "script") != (found.file is not None):
        parser.error("a script needs a file" if found.form == "script" else "only a script goes into a file")
    return found


def export(flow: Flow, arguments: argparse.Namespace, shell: Any) -> str:
    """Write the graph below the running cell, or into a file; returns what was done, in a sentence.

    Raises:
        UsageError: it has no form in Python, or the file cannot be written.
    """
    try:
        text = flow.export(arguments.form)
    except CommandError as error:
        raise UsageError(f"%funcnodes export: {str(error).partition(': ')[2] or error}") from None
    if arguments.form == "script":
        try:
            arguments.file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"%funcnodes export: {arguments.file} cannot be written: {error.strerror}") from None
        return f"Wrote {arguments.file}."
    magic = "%%nodespace" if arguments.form == "json" else "%%funcnodes"
    if shell is not None:
        shell.set_next_input(f"{magic} {flow.name}\n{text.rstrip()}", replace=False)
    return f"The graph of {flow.name!r} stands in the next cell."
