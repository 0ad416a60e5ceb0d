"""What a process and its parent say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from funcnodes_jupyter.core.process_channel import Pickled
from funcnodes_jupyter.core.remote_function import RemoteFunction
from funcnodes_jupyter.core.runreport import RunError

# --- to the process ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """Call ``function``. ``name`` and ``uuid`` are the node's, ``path`` is the parent's ``sys.path``."""

    function: RemoteFunction
    arguments: dict[str, Pickled]
    name: str
    uuid: str
    path: list[str]


# --- while the function runs ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Yielded:
    """A generator yielded ``value`` (on the pipe it is pickled by itself)."""

    value: Any


@dataclass(frozen=True, slots=True)
class Progress:
    """``fraction`` is 0…1, or None when the total is not known."""

    fraction: float | None
    text: str
    over: bool
    """Whether this is the last state of the bar."""


@dataclass(frozen=True, slots=True)
class Output:
    """What the function wrote, logged, or was warned of; printed text comes in whole lines where it can."""

    kind: Literal["print", "log", "warning"]
    text: str


Message = Yielded | Progress | Output

# --- its end ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Returned:
    value: Pickled


@dataclass(frozen=True, slots=True)
class Ended:
    """A generator is done; its values were sent one by one."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised. ``exception`` is there if it can be pickled and read again."""

    report: RunError
    exception: Pickled | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Something cannot be sent or read; ``text`` says what and why."""

    text: str


Outcome = Returned | Ended | Failed | Refused
