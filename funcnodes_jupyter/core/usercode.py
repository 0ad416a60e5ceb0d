"""Where code of the user runs in the thread of the nodes: the only place where an interrupt may strike.

An interrupt is meant for one run. It raises only inside that run's function, never in the frames around
it and never while the function itself changes the graph, for that would tear it. What cannot strike now
is to be tried again; what comes too late is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Generator
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

T = TypeVar("T")

Run = tuple["Node | None", Any]
"""A run of a node, or of a job (None), and what makes this one run different from the next of the same node."""


_TAKES_LOCKS = frozenset({"<frozen importlib._bootstrap>", logging.Handler.acquire.__code__.co_filename})
"""Files of Python's own that take a lock in one line and see to its release in the next: struck in between, it would
stay taken, and every other thread that imports or logs would wait for ever."""


class Guard:
    """Knows whose code runs in the thread of the nodes.

    Args:
        locked: Whether the calling thread holds the graph lock.
    """

    __slots__ = ("_locked", "_struck", "_target", "frames", "open", "owner", "step")

    def __init__(self, locked: Callable[[], bool]) -> None:
        self._locked = locked
        self._target: tuple[Run, int] | None = None
        self._struck: tuple[Run, int] | None = None
        self.open = False
        """Whether code of the user runs. Set before :attr:`owner`, so that whoever sees an owner may strike it."""
        self.owner: Run | None = None
        """The run whose code it is, None when there is none."""
        self.step = 0
        """How many calls of :meth:`call` have begun: a run that is a task has many."""
        self.frames: tuple[CodeType, ...] = (Guard.call.__code__,)
        """The code that calls code of the user through :func:`enter` and is not to be struck itself."""

    def call(self, owner: Run, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function of the user that belongs to ``owner``."""
        self.open = True
        self.step += 1
        self.owner = owner
        try:
            return enter(function, arguments)
        finally:
            self.open = False
            self.owner = None

    def aim(self, owner: Run, step: int) -> None:
        """The next interrupt is for this step of this run, and not for a later one."""
        self._target = (owner, step)

    def aim_at_nothing(self) -> None:
        """What was aimed at has ended."""
        self._target = None

    @property
    def aimed(self) -> bool:
        """Whether an interrupt that was sent has still something to strike."""
        return self._runs(self._target)

    def _runs(self, target: tuple[Run, int] | None) -> bool:
        return self.open and target is not None and target[0] is self.owner and target[1] == self.step

    def strike(self, frame: FrameType | None) -> bool:
        """What the handler of the signal calls, in the thread of the nodes.

        Returns:
            Whether it must be tried again.

        Raises:
            KeyboardInterrupt: the code that is meant runs right now.
        """
        if not self.aimed:
            return False
        if self._locked() or (frame is not None and self._spared(frame.f_code)):
            return True
        # It has struck. A repetition that is under way must not hit what the function does to tidy up.
        self._struck, self._target = self._target, None
        raise KeyboardInterrupt

    def aim_again(self) -> None:
        """Python threw away what :meth:`strike` raised, as it does with errors of ``__del__`` and of the callbacks of
        weak references: aim at the same step anew, if it still goes on."""
        if self._runs(self._struck):
            self._target = self._struck

    def _spared(self, code: CodeType) -> bool:
        return code in self.frames or code.co_filename in _TAKES_LOCKS


def enter(function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    """Call ``function``. From here on, and not before, an interrupt may strike."""
    return function(*arguments)


def enter_node(function: Callable[..., T], arguments: dict[str, Any]) -> T:
    """The same for the function of a node, which takes keywords."""
    return function(**arguments)


class Steps(Awaitable[T]):
    """Awaits a coroutine of the user; each of its steps can be interrupted."""

    __slots__ = ("_coroutine", "_guard", "_owner")

    def __init__(self, guard: Guard, owner: Run, coroutine: Awaitable[T]) -> None:
        self._guard = guard
        self._owner = owner
        # What async generators give for a step has all of a coroutine's methods, but not its type.
        self._coroutine: Any = coroutine

    def __await__(self) -> Generator[Any, Any, T]:
        step: Callable[..., Any] = self._coroutine.send
        given: Any = None
        try:
            while True:
                try:
                    awaited = self._guard.call(self._owner, step, given)
                except StopIteration as ended:
                    return ended.value  # type: ignore[no-any-return]
                try:
                    given = yield awaited
                    step = self._coroutine.send
                except GeneratorExit:
                    raise
                except BaseException as error:  # noqa: BLE001 - it is for the coroutine
                    step, given = self._coroutine.throw, error
        finally:
            self._coroutine.close()
