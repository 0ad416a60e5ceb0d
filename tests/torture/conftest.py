from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy


class Torture:
    """How hard these tests are meant to be, and the seed of their dice."""

    def __init__(self, full: bool, chosen: int) -> None:
        self.full = full
        self.seed = chosen

    def number(self, short: int, full: int) -> int:
        """One of two numbers, after the form that was asked for."""
        return full if self.full else short

    def check(self, strategy: SearchStrategy[Any], holds: Callable[[Any], None], short: int, full: int) -> None:
        """Have ``holds`` look at so many examples; the smallest one that it refuses is shown."""

        @seed(self.seed)
        @settings(
            max_examples=self.number(short, full),
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @given(strategy)
        def every(program: Any) -> None:
            holds(program)

        every()


@pytest.fixture(scope="session")
def torture(request: pytest.FixtureRequest) -> Torture:
    return Torture(request.config.getoption("full"), request.config.getoption("seed"))
