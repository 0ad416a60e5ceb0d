"""How to take back what was done: the steps of a batch, undone in reverse when one of them fails."""

from __future__ import annotations

from collections.abc import Callable

Step = Callable[[], object]


class UndoLog:
    """Collects, for each change, the function that takes it back."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def add(self, step: Step) -> None:
        """A change was made; ``step`` takes it back."""
        self._steps.append(step)

    def roll_back(self) -> None:
        """Take back all changes, the newest first."""
        while self._steps:
            self._steps.pop()()
