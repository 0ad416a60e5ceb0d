"""The errors of the core, one tree.

FuncNodesError
├── NodeClassNotFoundError (ValueError)      no class of that id in the library
├── NodeIdAlreadyExistsError (ValueError)    two classes with one node id
├── NodeNotFoundError (KeyError)             no node of that uuid or name
│   └── AmbiguousNameError                   several nodes bear that name
├── NodeExistsError (ValueError)             a node with that uuid is there already
├── IONotFoundError (KeyError)               no port of that id
├── NodeConnectionError (ValueError)         these two ports cannot be connected
│   ├── MultipleConnectionsError             the input has a source already
│   ├── CycleError                           the edge would close a circle
│   └── TypeMismatchError                    the types of the ports do not fit, and that is refused
├── GroupNotFoundError (KeyError)            no group of that id
├── GroupExistsError (ValueError)            a group with that id is there already
├── GroupCycleError (ValueError)             a group would stand inside itself
├── NodeReadyError (RuntimeError)            a node that is to run once has not all its inputs
├── ObjectGoneError (ReferenceError)         the object whose method a node calls exists no more
├── RenderOptionsError (ValueError)          render options that are none
├── ValueConversionError (ValueError)        a typed or sent value does not fit the port's type or bounds
├── MissingDefaultError (ValueError)         a default that is made on reading gave no value
├── NodeTriggerError (RuntimeError)          an awaited node failed; __cause__ is the original
├── NodeCancelledError (RuntimeError)        an awaited node was cancelled
├── ProcessError (RuntimeError)              a function in a process came to no result
│   ├── FunctionFailedError                  it raised; __cause__ is its error if that could be sent
│   ├── ProcessDiedError                     its process ended under it
│   └── NotSendableError                     it, an argument or a result cannot be sent to or from a process
├── NodeTimeoutError (TimeoutError)          a run took longer than its node allows
├── FeedbackLimitError (RuntimeError)        a loop of feedback edges does not come to rest
├── HistoryError (RuntimeError)              there is nothing to undo or redo, or it cannot be done any more
└── DocumentError (ValueError)               a saved graph that cannot be read
"""

from __future__ import annotations

import reprlib
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from funcnodes_jupyter.core.memorylimit import OUT_OF_MEMORY, limit_told, memory_limit

if TYPE_CHECKING:
    from funcnodes_jupyter.core.runreport import RunError

_MOST_CHARACTERS = 80
_MOST_BITS = 256


class _Short(reprlib.Repr):
    """Values as a sentence can hold them."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = _MOST_CHARACTERS

    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write down very long numbers, and nobody would read them.
        return repr(x) if x.bit_length() <= _MOST_BITS else f"a whole number of {x.bit_length()} bits"


def shown(value: object) -> str:
    """``value`` as a message shows it: its repr, shortened."""
    return _Short().repr(value)


class FuncNodesError(Exception):
    """Base of every error that this package raises on purpose."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument; all errors of the tree show plain text.
        return str(self.args[0]) if self.args else ""


class NodeClassNotFoundError(FuncNodesError, ValueError):
    """No class of that id in the library, or none of the pack that it has to come from; ``other`` has one, too."""

    def __init__(self, node_id: str, close: Sequence[str] = (), pack: str = "", other: str = "") -> None:
        hint = f" Did you mean {', '.join(close)}?" if close else " Is the package that brings it installed?"
        if pack:
            hint = f" Is {pack} installed, which brings it?"
        if other:
            hint += f" {other} has a node of that id, too, but that is another one."
        super().__init__(f"The library has no node class {node_id!r}.{hint}")
        self.node_id = node_id


class NodeIdAlreadyExistsError(FuncNodesError, ValueError):
    """Another class with this node id is in the library."""


class NodeNotFoundError(FuncNodesError, KeyError):
    """No node of that uuid or name."""


class AmbiguousNameError(NodeNotFoundError):
    """Several nodes bear the name; ``uuids`` holds theirs."""

    def __init__(self, name: str, uuids: Sequence[str]) -> None:
        super().__init__(f"{len(uuids)} nodes are called {name!r}: use one of their uuids ({', '.join(uuids)}).")
        self.name = name
        self.uuids = tuple(uuids)


class NodeExistsError(FuncNodesError, ValueError):
    """A node with that uuid is in the nodespace already."""


class IONotFoundError(FuncNodesError, KeyError):
    """A node has no port of that id."""


class NodeConnectionError(FuncNodesError, ValueError):
    """These two ports cannot be connected."""


class MultipleConnectionsError(NodeConnectionError):
    """The input takes one source and has one already."""


class CycleError(NodeConnectionError):
    """The edge would close a circle; ``path`` holds the names along it."""

    def __init__(self, path: Sequence[str]) -> None:
        super().__init__(
            f"This edge would close a circle: {' → '.join(path)}. Connect it as feedback if that is meant."
        )
        self.path = tuple(path)


class TypeMismatchError(NodeConnectionError):
    """The value of one port does not fit the other; ``reason`` says why."""

    def __init__(self, source: str, target: str, reason: str) -> None:
        super().__init__(f"{source} cannot be connected with {target}: {reason}.")
        self.reason = reason


class ValueConversionError(FuncNodesError, ValueError):
    """A value does not fit the type, or the bounds, of its port.

    Args:
        value: What was given; inside a list, the item.
        wanted: The type or bound in words.
        port: The full name of the port.
        place: Where in the value it stands, as Python would write it: ``[2]['key']``.
        reason: A clause about the value where "… is not {wanted}" would not do.
    """

    def __init__(self, value: object, wanted: str, port: str = "", *, place: str = "", reason: str = "") -> None:
        told = reason or f"{shown(value)} is not {wanted}"
        where = f"{port}{place}: " if port or place else ""
        super().__init__(f"{where}{told}.")
        self.value = value
        self.wanted = wanted
        self.port = port
        self.place = place
        self.reason = reason

    def at(self, port: str) -> ValueConversionError:
        """The same error, told of a port."""
        return ValueConversionError(self.value, self.wanted, port, place=self.place, reason=self.reason)

    def within(self, place: str) -> ValueConversionError:
        """The same error, told of the container in which the value stands at ``place``."""
        return ValueConversionError(self.value, self.wanted, self.port, place=place + self.place, reason=self.reason)


class MissingDefaultError(FuncNodesError, ValueError):
    """A required input's default, made on reading, gave no value: the node is not ready."""


class NodeTriggerError(FuncNodesError, RuntimeError):
    """An awaited node failed; ``__cause__`` is the error of its function."""


class NodeCancelledError(FuncNodesError, RuntimeError):
    """An awaited node was cancelled before it was done."""


class ProcessError(FuncNodesError, RuntimeError):
    """A function in a process came to no result; ``function`` is its name."""

    def __init__(self, text: str, function: str) -> None:
        super().__init__(text)
        self.function = function


class FunctionFailedError(ProcessError):
    """The function raised. ``report`` was made beside it; ``__cause__`` is its error, None if that cannot be sent."""

    def __init__(self, report: RunError) -> None:
        super().__init__(report.text, report.function)
        self.report = report
        self.__cause__ = report.exception


class ProcessDiedError(ProcessError):
    """The process ended while the function ran; ``exit_code`` is that of the process, -n for signal n."""

    def __init__(self, function: str, exit_code: int) -> None:
        how, limit = _how_it_ended(exit_code), memory_limit()
        hint = f" {limit_told(limit)}" if limit is not None and exit_code in _WANT_OF_MEMORY else ""
        super().__init__(f"The process of {function} ended while it ran: {how}.{hint}", function)
        self.exit_code = exit_code


class NotSendableError(ProcessError):
    """The function, an argument or a result cannot be sent to or from a process."""


class NodeTimeoutError(FuncNodesError, TimeoutError):
    """A run took longer than the ``seconds`` that its node allows."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"It took longer than {seconds:g} s and was ended.")
        self.seconds = seconds


class FeedbackLimitError(FuncNodesError, RuntimeError):
    """A loop of feedback edges does not come to rest; ``waves`` is how often it went round."""

    def __init__(self, edge: str, waves: int) -> None:
        super().__init__(
            f"The feedback {edge} went round {waves:,} times without coming to rest and was stopped. "
            "Hand on NoValue, or the same value, when the loop is done; or raise the nodespace's feedback_limit."
        )
        self.waves = waves


class HistoryError(FuncNodesError, RuntimeError):
    """There is nothing to undo or redo, or it cannot be done any more."""


class GroupNotFoundError(FuncNodesError, KeyError):
    """No group of that id."""


class GroupExistsError(FuncNodesError, ValueError):
    """A group with that id is there already."""


class GroupCycleError(FuncNodesError, ValueError):
    """A group would stand inside itself; ``path`` holds the ids from the inside out."""

    def __init__(self, path: Sequence[str]) -> None:
        super().__init__(f"A group cannot stand inside itself: {' in '.join(path)}.")
        self.path = tuple(path)


class NodeReadyError(FuncNodesError, RuntimeError):
    """A node that is to run once has not all its inputs."""


class ObjectGoneError(FuncNodesError, ReferenceError):
    """The object whose method a node calls exists no more."""


class RenderOptionsError(FuncNodesError, ValueError):
    """What a pack says of how to show its types cannot be understood."""


class DocumentError(FuncNodesError, ValueError):
    """A saved graph that cannot be read."""


_WANT_OF_MEMORY = (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS)
"""How libraries end that get no memory."""


def _how_it_ended(exit_code: int) -> str:
    if exit_code == OUT_OF_MEMORY:
        return "it had no memory left"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    known = {int(number): number.name for number in signal.Signals}
    name = known.get(-exit_code, str(-exit_code))
    return f"signal {name}, perhaps for want of memory" if name == "SIGKILL" else f"signal {name}"
