"""Calls of what can be imported, added by hand to a real worker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.wire.messages import NodespaceEvents


def done(update: Any) -> bool:
    events = update.events if isinstance(update, NodespaceEvents) else []
    return any(event.__struct_config__.tag == "node_done" for event in events)


async def test_a_function_becomes_a_node_with_its_parameters(process: Any, until: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        ran = until(client, done)
        node = await client.command(
            "add_callable", {"node_id": "py:statistics.mean", "uuid": "m", "inputs": {"data": [1, 2, 6]}}
        )
        assert (node["node_id"], node["name"]) == ("py:statistics.mean", "mean")
        assert [port["id"] for port in node["io"] if not port["hidden"]] == ["data", "out"]
        await ran
        assert await client.command("get_io_full_value", {"node": "m", "io": "out"}) == 3
        assert (await client.command("undo"))["done"] == "Add mean"
        assert await client.command("get_nodes") == []


@pytest.mark.parametrize(
    ("node_id", "told"),
    [
        ("py:len", "'len' is no module: write builtins.len"),
        ("py:pandsa.read_csv", "did you mean pandas"),
        ("py:math.sqr", "math has no 'sqr'. Did you mean sqrt"),
        ("py:nothing_of_that_name.f", "install what brings it"),
        ("py:math.pi", "is a float and cannot be called"),
        ("py:a b.c", "is no name of Python"),
    ],
)
async def test_what_is_no_function_is_refused_by_name(process: Any, node_id: str, told: str) -> None:
    process.start()
    async with process.client() as client:
        with pytest.raises(CommandError) as caught:
            await client.command("add_callable", {"node_id": node_id})
        assert caught.value.code == "NotFoundError"
        assert told in str(caught.value)
        assert await client.command("get_nodes") == []


async def test_opening_a_graph_imports_nothing(
    process: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module whose import leaves a mark is named by a node: only its run imports it."""
    mark = tmp_path / "imported"
    (tmp_path / "marking_module.py").write_text(f"open({str(mark)!r}, 'w').close()\ndef f():\n    return 1\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    record = {"id": "n", "node_id": "py:marking_module.f", "name": "f", "io": {}}
    process.start()
    async with process.client() as client:
        await client.command("load_data", {"data": {"format": 1, "nodes": [record], "edges": []}})
        assert not mark.exists()
        await client.follow()
        ran = until(client, done)
        await client.command("trust_code")
        assert not mark.exists()
        await client.command("trigger_node", {"uuid": "n"})
        await ran
        assert mark.exists()
        assert await client.command("get_io_full_value", {"node": "n", "io": "out"}) == 1
