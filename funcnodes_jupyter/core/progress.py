"""How far a node's function is, as an iterator around what it iterates over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

from funcnodes_jupyter.core.facts import NodeProgressed

if TYPE_CHECKING:
    from funcnodes_jupyter.core.node import Node

T = TypeVar("T")
REPORT_SECONDS = 0.05


class ProgressIterator(Generic[T]):
    """Yields what ``iterable`` yields and reports at most twenty times a second."""

    def __init__(self, node: Node, iterable: Iterable[T], total: int | None, desc: str, unit: str) -> None:
        self._node = node
        self._iterable = iterable
        self.total = total if total is not None else _length(iterable)
        self.desc = desc
        self.unit = unit

    def __iter__(self) -> Iterator[T]:
        start = last = monotonic()
        for count, item in enumerate(self._iterable):
            yield item
            now = monotonic()
            if now - last >= REPORT_SECONDS:
                last = now
                self._report(count + 1, now - start)

    def _report(self, count: int, elapsed: float) -> None:
        fraction = min(1.0, count / self.total) if self.total else None
        counted = f"{count:,} of {self.total:,} {self.unit}" if self.total else f"{count:,} {self.unit}"
        left = f" · {elapsed / count * (self.total - count):.0f} s left" if self.total else ""
        text = f"{self.desc} {counted}{left}".strip()
        engine = self._node.engine
        with engine.lock:
            self._node.progress_state = (fraction, text)
            if engine.observed:
                engine.tell(NodeProgressed(self._node, fraction, text))
        engine.announce(
            self._node, "progress", info={"n": count, "total": self.total, "desc": self.desc, "elapsed": elapsed}
        )


def _length(iterable: Iterable[T]) -> int | None:
    try:
        return len(iterable)  # type: ignore[arg-type]
    except TypeError:
        return None
