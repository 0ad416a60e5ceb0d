"""An error as a value: what a function raised elsewhere, on its way to where it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funcnodes_jupyter.core.runreport import RunError


class Raised:
    """The error of a function in a thread or a process. A future cannot carry each of them: StopIteration would be lost.

    ``report`` is there when the error was described where it happened.
    """

    __slots__ = ("error", "report")

    def __init__(self, error: BaseException, report: RunError | None = None) -> None:
        self.error = error
        self.report = report
