"""Values that travel in shared memory, between real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from funcnodes_jupyter.wire.errors import NotSharedError, UnpackingError
from funcnodes_jupyter.wire.parcels import packed, size_of, unpacked
from funcnodes_jupyter.wire.sharedmemory import SharedAddress, SharedParts, mapped

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="Linux has it")

READER = """
import json, sys
import msgspec
from funcnodes_jupyter.wire.parcels import unpacked
from funcnodes_jupyter.wire.sharedmemory import SharedAddress, mapped
value = unpacked(mapped(msgspec.json.decode(sys.stdin.readline(), type=SharedAddress)))
print(json.dumps(float(value.sum())), flush=True)
value[:] = 0
sys.stdin.readline()
print(json.dumps(float(value.sum())), flush=True)
"""


@pytest.fixture
def shared() -> Iterator[tuple[np.ndarray, SharedParts]]:
    array = np.arange(1_000_000, dtype=float)
    made = SharedParts(packed(array))
    yield array, made
    made.close()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize(
    "value",
    [
        np.arange(1_000_000),
        np.asfortranarray(np.arange(400_000.0).reshape(400, 1000)),
        np.arange(1_000_000)[::2],
        [np.zeros(100_000), {"a": np.ones(100_000)}],
        b"x" * 2_000_000,
        bytearray(b"y" * 2_000_000),
        pd.DataFrame({"a": np.arange(200_000), "b": np.arange(200_000) / 2, "c": ["text"] * 200_000}),
        "a" * 2_000_000,
        np.empty((0, 3)),
        None,
    ],
    ids=["array", "fortran", "strided", "several", "bytes", "bytearray", "table", "text", "empty", "none"],
)
def test_a_value_is_the_same_on_the_other_side(value: object) -> None:
    shared = SharedParts(packed(value))
    found = unpacked(mapped(shared.address))
    shared.close()
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(found, value)
    elif isinstance(value, list):
        assert all(np.array_equal(a, b) for a, b in zip(found[:1], value[:1], strict=True))
        assert np.array_equal(found[1]["a"], value[1]["a"])
    else:
        assert type(found) is type(value)
        assert np.array_equal(found, value)  # type: ignore[arg-type]


def test_another_process_maps_it_and_what_it_writes_is_its_own(shared: tuple[np.ndarray, SharedParts]) -> None:
    array, made = shared
    with subprocess.Popen([sys.executable, "-c", READER], stdin=-1, stdout=-1, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write(msgspec.json.encode(made.address).decode() + "\n")
        reader.stdin.flush()
        assert json.loads(reader.stdout.readline()) == array.sum()
        made.close()  # it has mapped it, and keeps it
        assert array.sum() > 0
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert json.loads(reader.stdout.readline()) == 0
    assert array[-1] == 999_999


def test_nothing_is_left_open_or_named(shared: tuple[np.ndarray, SharedParts]) -> None:
    before, named = open_files(), set(Path("/dev/shm").iterdir())
    for _ in range(20):
        made = SharedParts(packed(np.ones(200_000)))
        value = unpacked(mapped(made.address))
        made.close()
        made.close()
    assert value.sum() == 200_000
    del value  # the last one that is mapped
    assert open_files() == before
    assert set(Path("/dev/shm").iterdir()) == named


def test_what_is_another_s_is_refused(shared: tuple[np.ndarray, SharedParts], tmp_path: Path) -> None:
    _, made = shared
    known = made.address
    for wrong in (
        msgspec.structs.replace(known, token="0" * 64),
        msgspec.structs.replace(known, sizes=[*known.sizes, 10**9]),
        msgspec.structs.replace(known, fd=10**6),
        msgspec.structs.replace(known, pid=2**22),
        SharedAddress(1, 0, known.token, known.sizes),
    ):
        with pytest.raises(NotSharedError):
            mapped(wrong)
    made.close()
    with pytest.raises(NotSharedError):
        mapped(known)
    read, write = os.pipe()  # nobody writes there: it must not be waited for
    with pytest.raises(NotSharedError):
        mapped(msgspec.structs.replace(known, fd=read))
    os.close(read)
    os.close(write)


def test_where_there_is_none_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    with pytest.raises(NotSharedError, match="no shared memory here"):
        SharedParts([memoryview(b"x")])


def test_a_class_that_is_missing_is_named() -> None:
    parts = packed(pd.Timestamp("2020"))
    head = bytes(parts[0]).replace(b"pandas", b"pandos")
    with pytest.raises(UnpackingError, match="needs the package 'pandos"):
        unpacked([head])
    assert size_of(parts) == len(head)
