from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from funcnodes_jupyter.core.bulk import made_to_stay


@pytest.fixture
def collector() -> Iterator[None]:
    """Afterwards it is as it was."""
    was_on = gc.isenabled()
    yield
    gc.enable() if was_on else gc.disable()


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_afterwards_as_before(collector: None, on: bool) -> None:
    gc.enable() if on else gc.disable()
    with made_to_stay():
        assert not gc.isenabled()
    assert gc.isenabled() is on


def test_also_after_an_error(collector: None) -> None:
    gc.enable()
    with pytest.raises(ValueError, match="broken"), made_to_stay():
        raise ValueError("broken")
    assert gc.isenabled()
