"""A pack of nodes that do what no node should."""

from __future__ import annotations

from pathlib import Path

import pytest
from packs import install_pack, with_path

SOURCE = """
import itertools
import os
import signal
import time

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("trouble.wait", name="Wait")
def wait(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@NodeDecorator("trouble.die", name="Die")
def die(how: int) -> int:
    os.kill(os.getpid(), how)
    time.sleep(1000)
    return how


@NodeDecorator("trouble.keep_lock", name="Keep Python's lock")
def keep_lock(go: bool) -> bool:
    max(itertools.repeat(1))
    return go


NODE_SHELF = Shelf("Trouble", nodes=[wait, die, keep_lock])
"""


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each worker that is launched from now on know these nodes; ``folder`` is a test's own."""
    packs = folder / "packs"
    packs.mkdir()
    install_pack(packs, "trouble", SOURCE)
    monkeypatch.setenv("PYTHONPATH", with_path(packs)["PYTHONPATH"])
