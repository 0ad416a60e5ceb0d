"""When a crashed worker is started again, and when it had better stay down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

LIMIT = 5
WINDOW = 600.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class Restarts:
    """Counts the crashes of one worker: at most :data:`LIMIT` restarts within :data:`WINDOW` seconds.

    Args:
        clock: Seconds that no setting of the time changes.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque()

    def pause(self) -> float | None:
        """Note a crash. Returns the seconds to wait before the next start, growing; None: no more."""
        now = self._clock()
        while self._times and self._times[0] <= now - WINDOW:
            self._times.popleft()
        count = len(self._times)
        if count >= LIMIT:
            return None
        self._times.append(now)
        return min(LONGEST_PAUSE, FIRST_PAUSE * 3.0**count)
