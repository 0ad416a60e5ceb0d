"""The errors of a kernel's handle on a flow, one tree.

FlowError (FuncNodesError)
├── WorkerGoneError (ConnectionError)     the worker is not running; flow.restart() starts it
├── FlowTimeoutError (TimeoutError)       something took longer than the caller wanted to wait
├── NodeClashError (ValueError)           another kind of node bears that name
├── InputConnectedError (ValueError)      the input gets its value from another node
├── NodeFailedError (RuntimeError)        the node, or one before it, failed
├── CellRefusedError (ValueError)         a cell cannot be a graph; nothing was changed
├── CellFailedError (RuntimeError)        a node that a cell made failed
├── ValueNotSentError (ValueError)        a value of this process cannot go to the worker; the text says why
├── NotComputedError (LookupError)        there is no up-to-date value
└── FlowClosedError (RuntimeError)        the handle was closed
"""

from __future__ import annotations

import shlex

from funcnodes_jupyter.core.errors import FuncNodesError


class FlowError(FuncNodesError):
    """Base of what a handle raises by itself; errors of commands are the worker's (``CommandError``)."""


def silent(worker: str) -> str:
    """What a worker that does not answer may be up to, and what to do about it."""
    return (
        f"The worker {worker!r} does not answer: it is frozen, or a function in it lets nothing else run. "
        f"flow.restart() ends it and starts it again; without a handle, funcnodes worker stop {shlex.quote(worker)} ends "
        "it. Its graph is saved."
    )


class WorkerGoneError(FlowError, ConnectionError):
    """The worker has no process that answers; ``worker`` is its name, ``detail`` what is known of the reason.

    Args:
        lives: Its process is there all the same.
    """

    def __init__(self, worker: str, detail: str = "", *, lives: bool = False) -> None:
        why = f" ({detail})" if detail else ""
        gone = f"The worker {worker!r} is not running{why}. flow.restart() starts it again: its graph is saved."
        super().__init__(silent(worker) if lives else gone)
        self.worker = worker
        self.detail = detail


class FlowTimeoutError(FlowError, TimeoutError):
    """It took too long; the worker goes on with what it does."""


class NodeClashError(FlowError, ValueError):
    """A node of another class bears the name already."""

    def __init__(self, name: str, there: str, wanted: str) -> None:
        super().__init__(f"{name!r} is a {there} already, not a {wanted}. Take another name, or flow.remove({name!r}).")
        self.name = name


class InputConnectedError(FlowError, ValueError):
    """The input gets its value from ``source``, so none can be set."""

    def __init__(self, port: str, source: str) -> None:
        super().__init__(f"{port} gets its value from {source}. flow.disconnect({source!r}, {port!r}) sets it free.")
        self.port = port
        self.source = source


class NodeFailedError(FlowError, RuntimeError):
    """A node failed, so there is no value. ``node`` is its name, ``traceback`` the text of the worker's traceback."""

    def __init__(self, node: str, error: str, traceback: str, asked: str) -> None:
        before = "" if node == asked else f"{asked!r} is out of date, because a node before it failed. "
        super().__init__(f"{before}The node {node!r} failed: {error}{_below(error, traceback)}")
        self.node = node
        self.error = error
        self.traceback = traceback


def _below(error: str, traceback: str) -> str:
    """The traceback below an error's text, if it says more."""
    text = traceback.strip("\n")
    return f"\n\n{text.rstrip()}" if text.strip() not in ("", error) else ""


class CellRefusedError(FlowError, ValueError):
    """A cell cannot become a graph, and nothing was changed; ``line`` counts from 1, 0 when none is to blame."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.line = line


class CellFailedError(FlowError, RuntimeError):
    """A node of a cell failed. ``line`` is the cell's, from 1, ``traceback`` the text of the worker's traceback."""

    def __init__(self, node: str, error: str, traceback: str, line: int) -> None:
        super().__init__(f"{error} (in the node {node!r}){_below(error, traceback)}")
        self.node = node
        self.error = error
        self.traceback = traceback
        self.line = line


class ValueNotSentError(FlowError, ValueError):
    """The value called ``name`` cannot be sent to the worker, or not be made there."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The value of {name!r} cannot be sent to the worker: {why.rstrip('.')}.")
        self.name = name


class NotComputedError(FlowError, LookupError):
    """The node did not compute what was asked for, or not since something before it changed."""


class FlowClosedError(FlowError, RuntimeError):
    """The handle was closed, or the interpreter ends."""

    def __init__(self, name: str) -> None:
        super().__init__(f"This handle on {name!r} is closed. Open it again with funcnodes_jupyter.open({name!r}).")
