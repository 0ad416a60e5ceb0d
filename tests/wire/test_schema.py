"""The schema that the browser's types are made from."""

from __future__ import annotations

import subprocess
import sys

from funcnodes_jupyter.wire.schema import protocol_schema


def test_the_schema_holds_every_frame_and_event() -> None:
    names = set(protocol_schema()["$defs"])
    assert {"Cmd", "Hello", "Result", "Error", "NodespaceEvents", "Preview", "BinaryHeader"} <= names
    assert {"NodeAdded", "NodeUpdated", "ValueChanged", "EdgeAdded", "Loaded", "NodeState", "TablePage"} <= names


def test_printing_it_twice_gives_the_same_bytes() -> None:
    command = [sys.executable, "-m", "funcnodes_jupyter.wire.schema"]
    first, second = (subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2))
    assert first == second
    assert first.startswith(b"{")
