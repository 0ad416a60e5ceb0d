"""A pack of nodes that take more memory than there is, each in its own way."""

from __future__ import annotations

from pathlib import Path

import pytest
from packs import install_pack, with_path

SOURCE = """
import ctypes
import os
import re

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


def used():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")


def fill(caught):
    held = []
    while True:
        try:
            while True:
                held.append({str(len(held)): [len(held), bytes(len(held) % 700)]})
        except caught:
            pass


@NodeDecorator("hoard.block", name="block")
def block(size: int) -> int:
    return len(bytearray(size))


@NodeDecorator("hoard.array", name="array")
def array(size: int) -> int:
    import numpy

    return len(numpy.ones(size, dtype="u1"))


@NodeDecorator("hoard.elsewhere", name="elsewhere", separate_process=True)
def elsewhere(size: int) -> int:
    return len(bytearray(size))


@NodeDecorator("hoard.bits", name="bits")
def bits(size: int) -> int:
    return fill(())


@NodeDecorator("hoard.bits_in_a_thread", name="bits", separate_thread=True)
def bits_in_a_thread(size: int) -> int:
    return fill(())


@NodeDecorator("hoard.bits_elsewhere", name="bits", separate_process=True)
def bits_elsewhere(size: int) -> int:
    return fill(())


@NodeDecorator("hoard.again", name="again and again")
def again(size: int) -> int:
    return fill(MemoryError)


@NodeDecorator("hoard.thread", name="in a thread", separate_thread=True)
def thread(size: int) -> int:
    return fill(MemoryError)


@NodeDecorator("hoard.stuck", name="stuck")
def stuck(size: int) -> int:
    import resource  # not there on Windows

    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    held = []
    while used() < 0.95 * limit:
        held.append(bytearray(1_000_000))
    re.match("(a+)+$", "a" * 60 + "b")  # keeps the GIL, and does not end in a lifetime
    return len(held)


@NodeDecorator("hoard.library", name="library")
def library(size: int) -> int:
    # As libraries do that do not go on without memory.
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    if not libc.malloc(size):
        os.abort()
    return size


NODE_SHELF = Shelf("Hoard", nodes=[
    block, array, elsewhere, bits, bits_in_a_thread, bits_elsewhere, again, thread, stuck, library,
])
"""


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each worker that is launched from now on know these nodes; ``folder`` is a test's own."""
    packs = folder / "packs"
    packs.mkdir()
    install_pack(packs, "hoard", SOURCE)
    monkeypatch.setenv("PYTHONPATH", with_path(packs)["PYTHONPATH"])
