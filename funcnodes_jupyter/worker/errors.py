"""The errors of a worker, one tree.

WorkerError (FuncNodesError)
├── ArgumentError (ValueError)        a command's argument is missing or of the wrong type; the text names it
├── UnknownCommandError (ValueError)  no command of that name
├── BatchError (ValueError)           a part of a batch cannot stand in one
├── NoValueError (ValueError)         the port has no value
├── NoTableError (ValueError)         rows were asked for of what has none
├── NoPluginError (ValueError)        browser code was asked for of a pack that has none
├── ValueFormError (ValueError)       a value cannot be given in the form that was asked for
├── NotReadyError (ValueError)        the node cannot run: inputs or its class are missing
├── NotSavedError (ValueError)        a part of the graph has no form that could be saved
├── TooManyJobsError (RuntimeError)   a client waits for too many answers already
└── WorkerRunsError (RuntimeError)    another process runs this worker
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from funcnodes_jupyter.core.errors import FuncNodesError


class WorkerError(FuncNodesError):
    """Base of what a worker refuses."""


class ArgumentError(WorkerError, ValueError):
    """An argument of a command is missing or of the wrong type."""


class UnknownCommandError(WorkerError, ValueError):
    """No command of that name; the text offers similar ones."""

    def __init__(self, cmd: str, known: Iterable[str]) -> None:
        close = get_close_matches(cmd, list(known), n=3)
        hint = f" Did you mean {', '.join(close)}?" if close else ""
        super().__init__(f"There is no command {cmd!r}.{hint}")
        self.cmd = cmd


class BatchError(WorkerError, ValueError):
    """A part of a batch failed or cannot stand in one; nothing of the batch was applied."""


class WorkerRunsError(WorkerError, RuntimeError):
    """Another process runs this worker already."""


class NotSavedError(WorkerError, ValueError):
    """A part of the graph has no form that could be saved; the text names it."""


class TooManyJobsError(WorkerError, RuntimeError):
    """A client waits for so many answers that no more are begun for it."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} answers are still being made for this client; wait for one of them and ask again.")


class NoValueError(WorkerError, ValueError):
    """A value was asked for where there is none."""


class NoTableError(WorkerError, ValueError):
    """Rows were asked for of a value that is no table."""


class NoPluginError(WorkerError, ValueError):
    """Browser code was asked for of a pack that has none, or is not there."""


class ValueFormError(WorkerError, ValueError):
    """A value cannot be given in the form that was asked for: as JSON, as a pickle."""


class NotReadyError(WorkerError, ValueError):
    """A node was asked to run and cannot: inputs are missing, or its class is."""
