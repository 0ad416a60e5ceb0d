"""Sees what nodes print, log and warn of, in a whole process, and keeps it with the node.

Nothing is taken away: everything goes where it went before, too. What is said while no node runs here, or
by threads that a function started without its context, is nobody's and only passed on.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from funcnodes_jupyter.core.brief import line_of
from funcnodes_jupyter.core.nodelog import Kind, keep
from funcnodes_jupyter.core.teestream import TeeStream

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

_REMEMBERED = 1_000
"""How many of nobody's warnings are remembered, so that each is shown once."""
_TEMPLATE_CHARACTERS = 200


class _Aside(threading.local):
    on = False
    """Whether this thread is in the middle of keeping or passing on: what is said meanwhile is only passed on."""


class Capture:
    """Puts what is said into the log of the node that says it.

    Args:
        current: The node whose code runs in the calling thread, None when none does; called at any time.
    """

    def __init__(self, current: Callable[[], Node | None]) -> None:
        self._current = current
        self._aside = _Aside()
        self._shown: set[tuple[str, str, str, int]] = set()

    def install(self) -> Callable[[], None]:
        """Begin, for standard output and error, ``logging`` and ``warnings``; returns the function that ends it."""
        undo = [self._tee("stdout"), self._tee("stderr"), self._hear_logging(), self._hear_warnings()]

        def end() -> None:
            self._current = lambda: None  # whoever still holds a stream of ours goes on with it
            for step in reversed(undo):
                step()

        return end

    def _keep(self, kind: Kind, text: str, once: bool = False) -> bool:
        """Keep ``text`` if it is a node's; returns False where the same run said it before and ``once`` is set."""
        if not text or self._aside.on:
            return True
        node = self._current()
        if node is None:
            return True
        # An object that is freed meanwhile may print.
        self._aside.on = True
        try:
            return keep(node, kind, text, once)
        finally:
            self._aside.on = False

    def _pass_on(self, function: Callable[..., object], *arguments: object) -> None:
        """Call what would have been called without us; what it writes in turn is kept already."""
        was, self._aside.on = self._aside.on, True
        try:
            function(*arguments)
        finally:
            self._aside.on = was

    # --- streams ----------------------------------------------------------------------------------

    def _tee(self, name: str) -> Callable[[], None]:
        original: TextIO | None = getattr(sys, name)
        if original is None:  # a process without a terminal
            return lambda: None
        tee = TeeStream(original, lambda text: self._keep("print", text))
        setattr(sys, name, tee)

        def undo() -> None:
            if getattr(sys, name) is tee:
                setattr(sys, name, original)

        return undo

    # --- logging ----------------------------------------------------------------------------------

    def _hear_logging(self) -> Callable[[], None]:
        root = logging.getLogger()
        handler = _Handler(self._logged)
        root.addHandler(handler)
        return lambda: root.removeHandler(handler)

    def _logged(self, record: logging.LogRecord, text: str) -> None:
        self._keep("log", text)
        last = logging.lastResort
        if last is not None and record.levelno >= last.level and not _others_hear(record):
            self._pass_on(last.handle, record)

    # --- warnings ---------------------------------------------------------------------------------

    def _hear_warnings(self) -> Callable[[], None]:
        original = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if self._is_new(message, category, filename, lineno):
                self._pass_on(original, message, category, filename, lineno, file, line)

        warnings.showwarning = show
        # Python shows a warning once, and never again: the next run would be without it. Behind all other
        # filters, this one has a say only where they have none; what a run showed before, `show` knows.
        before = list(warnings.filters)
        warnings.simplefilter("always", append=True)
        added: list[Any] = [entry for entry in warnings.filters if entry not in before]

        def undo() -> None:
            if warnings.showwarning is show:
                warnings.showwarning = original
            filters: Any = warnings.filters
            filters[:] = [entry for entry in filters if entry not in added]

        return undo

    def _is_new(self, message: Warning | str, category: type[Warning], filename: str, lineno: int) -> bool:
        """Keep the warning. A node's is new once a run, others once a process."""
        node = self._current()
        if node is None:
            key = (str(message), category.__name__, filename, lineno)
            if key in self._shown:
                return False
            if len(self._shown) < _REMEMBERED:
                self._shown.add(key)
            return True
        where = "" if filename == node.function_file else f"{Path(filename).name}, "
        return self._keep("warning", f"{category.__name__}: {message} ({where}line {lineno})", once=True)


class _Handler(logging.Handler):
    """Formats records and hands them on, without a lock of its own.

    That lock would be held while the graph lock is waited for; whoever logs with the graph lock in hand
    would then wait for it, and both for ever.
    """

    def __init__(self, say: Callable[[logging.LogRecord, str], None]) -> None:
        super().__init__()
        self._say = say
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def handle(self, record: logging.LogRecord) -> Any:
        passed: Any = self.filter(record)
        if passed:
            # Since Python 3.12 a filter may give another record.
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return passed

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < min(logging.WARNING, logging.getLogger().level):
            return
        try:
            text = self.format(record)
        except Exception as error:  # noqa: BLE001 - arguments that do not fit the message, or cannot be shown
            template = line_of(record.msg, _TEMPLATE_CHARACTERS)
            text = f"{record.levelname} {record.name}: {template} (not formatted: {type(error).__name__})"
        self._say(record, text)


def _others_hear(record: logging.LogRecord) -> bool:
    """Whether somebody handles the record but us."""
    logger: logging.Logger | None = logging.getLogger(record.name)
    while logger is not None:
        if any(not isinstance(handler, _Handler) for handler in logger.handlers):
            return True
        logger = logger.parent if logger.propagate else None
    return False
