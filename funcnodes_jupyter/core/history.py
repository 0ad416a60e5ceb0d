"""What was done to a graph, step by step, so that it can be undone and redone, whoever did it.

A step is one action of a person: one operation, or several that belong together. Only what is applied here is
remembered; changes by running functions and their callbacks are nobody's action.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from funcnodes_jupyter.core.errors import FuncNodesError, HistoryError
from funcnodes_jupyter.core.facts import HistoryChanged
from funcnodes_jupyter.core.runreport import one_line

if TYPE_CHECKING:
    from funcnodes_jupyter.core.nodespace import NodeSpace
    from funcnodes_jupyter.core.operations import Operation

KEPT_STEPS = 200


@dataclass(slots=True)
class Step:
    """``operations`` take it back when applied from the last to the first; ``parts`` say what each part did."""

    name: str
    """What was done, in words; empty to leave it to the parts."""
    operations: list[Operation] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What was done, in a line."""
        if self.name or not self.parts:
            return self.name
        first, *more = self.parts
        return f"{first} and {len(more)} more" if more else first

    def absorb(self, part: Step) -> None:
        """Take over what a part of this step did."""
        if part.operations:
            self.operations.extend(part.operations)
            self.parts.append(part.label)


class History:
    """The steps of one nodespace. All methods take the graph lock.

    Args:
        limit: How many steps are kept; the oldest fall out.
    """

    def __init__(self, space: NodeSpace, limit: int = KEPT_STEPS) -> None:
        self._space = space
        self.limit = limit
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._open: Step | None = None

    @property
    def undo_label(self) -> str:
        """What :meth:`undo` would take back, in words; empty when there is nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What :meth:`redo` would do again; likewise."""
        return self._undone[-1].label if self._undone else ""

    def __len__(self) -> int:
        return len(self._done)

    def clear(self) -> None:
        """Forget everything: the graph is another one now."""
        with self._space.lock:
            self._done, self._undone = [], []
            self._tell()

    # --- doing ------------------------------------------------------------------------------------

    def apply(self, label: str, operation: Operation) -> None:
        """Apply ``operation``, as a step of its own or as a part of the one that is open."""
        with self.step(label) as step:
            inverse = operation.apply(self._space)
            if inverse is not None:
                step.operations.append(inverse)

    @contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """What is applied within is one step, all or nothing: after an error everything of it is taken back.

        An empty ``label`` leaves it to the parts to say what was done; a part's label counts for its part only.
        """
        with self._space.lock:
            outer, self._open = self._open, Step(label)
            step = self._open
            try:
                yield step
            except BaseException:
                self._roll_back(step)
                raise
            finally:
                self._open = outer
            if outer is not None:
                outer.absorb(step)
            elif step.operations:
                self._push(self._done, step)
                self._undone.clear()
                self._tell()

    def _roll_back(self, step: Step) -> None:
        while step.operations:
            step.operations.pop().apply(self._space)

    def _push(self, steps: list[Step], step: Step) -> None:
        steps.append(step)
        del steps[: -self.limit]

    # --- undoing ----------------------------------------------------------------------------------

    def undo(self) -> str:
        """Take back the newest step; returns what was taken back.

        Raises:
            HistoryError: there is none, or the graph has changed so that it cannot be taken back; it is forgotten then.
                When a node's class raises an error, nothing is changed, and it can be tried again.
        """
        return self._turn(self._done, self._undone, "undo")

    def redo(self) -> str:
        """Do again what was undone last; likewise."""
        return self._turn(self._undone, self._done, "redo")

    def _turn(self, steps: list[Step], others: list[Step], verb: str) -> str:
        with self._space.lock:
            if self._open is not None:
                raise HistoryError(f"Cannot {verb} in the middle of a step.")
            if not steps:
                raise HistoryError(f"There is nothing to {verb}.")
            step = steps.pop()
            turned = Step(step.label)
            try:
                for operation in reversed(step.operations):
                    inverse = operation.apply(self._space)
                    if inverse is not None:
                        turned.operations.append(inverse)
            except FuncNodesError as error:
                self._roll_back(turned)
                self._tell()
                raise HistoryError(f"Cannot {verb} “{step.label}” any more: {error}") from error
            except Exception as error:
                # The class of a node cannot be made just now: what was removed must not be lost for it.
                self._roll_back(turned)
                steps.append(step)
                raise HistoryError(f"Cannot {verb} “{step.label}” now: {one_line(error)}") from error
            self._push(others, turned)
            self._tell()
            return step.label

    def _tell(self) -> None:
        engine = self._space.engine
        if engine.observed:
            engine.tell(HistoryChanged(self.undo_label, self.redo_label))
