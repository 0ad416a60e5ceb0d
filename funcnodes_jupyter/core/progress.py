"""How far a node's function is: a bar bound to the node, used as ``tqdm`` is."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from funcnodes_jupyter.core.facts import NodeProgressed
from funcnodes_jupyter.core.running import is_given_up

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

T = TypeVar("T")
Show = Callable[["ProgressBar[Any]", "float | None", str, bool], None]
"""Gets the bar, its fraction 0…1 (None when the total is not known), its text, and whether that is the last state."""
REPORT_SECONDS = 0.05
"""The shortest time between two reports; the first and the last state are reported in any case."""


class ProgressBar(Generic[T]):
    """Counts what is done and shows it on the node, at most twenty times a second.

    Iterated over, it yields what ``iterable`` yields and counts it. Without one, :meth:`update` counts. Of bars
    inside each other the outermost is shown. ``n``, ``total``, ``desc`` and ``unit`` may be set at any time.
    """

    def __init__(
        self, show: Show, iterable: Iterable[T] | None, total: float | None, desc: str | None, unit: str
    ) -> None:
        self._show = show
        self._iterable = iterable
        self.total = total if total is not None else _length(iterable)
        self.desc = desc or ""
        self.unit = unit
        self.n: float = 0
        self._postfix = ""
        self._start = self._last = monotonic()
        self._closed = False
        self._report()

    def __iter__(self) -> Iterator[T]:
        if self._iterable is None:
            raise TypeError("This progress bar counts what it is told: it has nothing to iterate over.")
        self._start = monotonic()
        try:
            for item in self._iterable:
                yield item
                self.update()
        finally:
            self.close()

    def update(self, n: float = 1) -> None:
        """``n`` more are done."""
        self.n += n
        if monotonic() - self._last >= REPORT_SECONDS:
            self._report()

    def set_description(self, desc: str | None = None, refresh: bool = True) -> None:
        """Put other words in front of the count."""
        self.desc = desc or ""
        self._perhaps(refresh)

    def set_postfix_str(self, text: str = "", refresh: bool = True) -> None:
        """Put other words behind everything."""
        self._postfix = text
        self._perhaps(refresh)

    def set_postfix(self, values: Mapping[str, object] | None = None, refresh: bool = True, **more: object) -> None:
        """Show these values behind everything, as ``loss=0.1, step=3``."""
        shown = {**(values or {}), **more}
        self.set_postfix_str(", ".join(f"{key}={_short(value)}" for key, value in shown.items()), refresh)

    def reset(self, total: float | None = None) -> None:
        """Count from 0 again, up to ``total`` if one is given."""
        self.n = 0
        if total is not None:
            self.total = total
        self._start = monotonic()
        self._closed = False
        self._report()

    def refresh(self) -> None:
        """Show the state as it is now."""
        self._report()

    def close(self) -> None:
        """Show the last state and make room for the next bar."""
        if not self._closed:
            self._closed = True
            self._report()

    def __enter__(self) -> ProgressBar[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _perhaps(self, refresh: bool) -> None:
        if refresh and monotonic() - self._last >= REPORT_SECONDS:
            self._report()

    def _report(self) -> None:
        self._last = monotonic()
        self._show(self, self._fraction(), self._text(self.elapsed), self._closed)

    @property
    def elapsed(self) -> float:
        """Seconds from the first step to the last report."""
        return self._last - self._start

    def _fraction(self) -> float | None:
        return max(0.0, min(1.0, self.n / self.total)) if self.total else None

    def _text(self, elapsed: float) -> str:
        of = f" of {_counted(self.total)}" if self.total else ""
        parts = [f"{self.desc} {_counted(self.n)}{of} {self.unit}".strip()]
        if self.n > 0 and elapsed > 0:
            parts.append(_rate(self.n / elapsed, self.unit))
            if self.total and self.total > self.n:
                parts.append(f"{_duration(elapsed / self.n * (self.total - self.n))} left")
        if self._postfix:
            parts.append(self._postfix)
        return " · ".join(parts)


def report_progress(node: Node, bar: ProgressBar[Any], fraction: float | None, text: str, over: bool) -> None:
    """Show a bar of the running ``node`` on it, and tell who listens."""
    if is_given_up():
        return
    with node.engine.lock:
        if node.slot.running:
            show_progress(node, bar, fraction, text, over)
    if node.engine.listened:
        info = {"n": bar.n, "total": bar.total, "desc": bar.desc, "unit": bar.unit, "elapsed": bar.elapsed}
        node.engine.announce(node, "progress", info=info)


def show_progress(node: Node, bar: object, fraction: float | None, text: str, over: bool = False) -> None:
    """Show the state of a ``bar`` on its node, unless another one that began before it is under way.

    Called under the graph lock.

    Args:
        bar: Whatever stands for it; can be referred to weakly.
        over: Whether this is its last state, and another one's turn.
    """
    slot = node.slot
    shown = slot.bar() if slot.bar is not None else None
    if shown is not None and shown is not bar:
        return
    slot.bar = None if over else weakref.ref(bar)
    node.progress_state = (fraction, text)
    if node.engine.observed:
        node.engine.tell(NodeProgressed(node, fraction, text))


def _length(iterable: Iterable[T] | None) -> int | None:
    try:
        return len(iterable)  # type: ignore[arg-type]
    except TypeError:
        return None


def _counted(number: float | None) -> str:
    return f"{number:,.6g}" if isinstance(number, float) else f"{number:,}"


def _rate(a_second: float, unit: str) -> str:
    return f"{a_second:,.3g} {unit}/s" if a_second >= 1 else f"{1 / a_second:,.3g} s/{unit}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
