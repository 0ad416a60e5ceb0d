"""The errors of what comes from strangers, one tree.

ConvertError (FuncNodesError)
├── InvalidPathError (ValueError)   a path that names nothing inside a folder; the text says what is wrong with it
├── ArchiveError (ValueError)       an archive that is not opened; the text says why
├── CellError (ValueError)          a cell that cannot be a graph; the text says why, `line` where
├── NotWritableError (ValueError)   a graph, or a value in one, that has no form in Python; the text names it
├── NotebookError (ValueError)       a notebook that cannot be converted; the text says why, `cell` where
├── UnreadableSourceError (OSError) a file or a graph that cannot be read, or a file that cannot be written
└── UntrustedSourceError            a graph from elsewhere that would have to be run for what is asked
"""

from __future__ import annotations

from funcnodes_jupyter.core.errors import FuncNodesError, shown


class ConvertError(FuncNodesError):
    """Base of what is refused."""


class InvalidPathError(ConvertError, ValueError):
    """A stranger's ``path`` is not taken; ``reason`` is a clause that says what is wrong with it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"The path {shown(path)} is not taken: {reason}.")
        self.path = path
        self.reason = reason


class ArchiveError(ConvertError, ValueError):
    """An archive is not opened; nothing of it was kept."""


class CellError(ConvertError, ValueError):
    """A cell cannot become a graph, and nothing was changed; ``line`` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.line = line
        self.reason = reason


class NotebookError(ConvertError, ValueError):
    """A notebook cannot be converted; ``cell`` counts from 1, all cells together, and is 0 when it is about none."""

    def __init__(self, cell: int, reason: str) -> None:
        super().__init__(f"Cell {cell}: {reason}" if cell else reason)
        self.cell = cell
        self.reason = reason


class UnreadableSourceError(ConvertError, OSError):
    """What is to be converted cannot be read, or what comes of it cannot be written."""


class UntrustedSourceError(ConvertError):
    """Code that came from elsewhere would have to run, and nobody has said that it may."""


class NotWritableError(ConvertError, ValueError):
    """A graph cannot be written as Python."""
