"""An error raised at a line of a cell, so that a traceback shows the line that it is about."""

from __future__ import annotations

import linecache
from typing import NoReturn


def raise_at(error: BaseException, text: str, line: int, name: str) -> NoReturn:
    """Raise ``error`` as if line ``line``, from 1, of ``text`` had raised it; ``name`` is that of the text."""
    __tracebackhide__ = True  # of no use to whoever reads the traceback
    filename = f"<{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    code = compile("\n" * (line - 1) + "raise error", filename, "exec")
    exec(code, {"error": error.with_traceback(None)})
    raise AssertionError  # the line above has raised
