"""Nodes of code whose text is typed: the ports follow, and what fits stays."""

from __future__ import annotations

from typing import Any

import pytest

from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import CommandError


def done(update: Any) -> bool:
    return any(event.__struct_config__.tag == "node_done" for event in getattr(update, "events", []))


async def ports(client: WorkerClient) -> dict[str, list[str]]:
    (node,) = [node for node in await client.command("get_nodes") if node["uuid"] == "c"]
    shown = [port for port in node["io"] if port["id"] != "__source__" and not port["id"].startswith("_trigger")]
    return {side: [port["name"] for port in shown if port["is_input"] is (side == "in")] for side in ("in", "out")}


@pytest.mark.parametrize(
    ("source", "inputs", "outputs"),
    [
        ("a + b", ["a", "b"], ["out"]),
        ("len(x)", ["x"], ["out"]),
        ("y = x * 2\nz = y + k", ["x", "k"], ["y", "z"]),
        ("import math\nr = math.sqrt(x)", ["x"], ["r"]),
        ("x += 1", ["x"], ["x"]),
        ("total = 0\nfor n in range(3):\n    total += n", [], ["total", "n"]),
        ("for n in numbers:\n    total += n", ["numbers", "total"], ["n", "total"]),
        ("items.append(1)", ["items"], ["items"]),
        ("import random\nrandom.shuffle(items)", ["items"], ["items"]),
        ("def f(v):\n    return v * k", ["k"], ["f"]),
    ],
)
async def test_ports_follow_the_text(process: Any, source: str, inputs: list[str], outputs: list[str]) -> None:
    process.start()
    async with process.client() as client:
        await client.command("add_node", {"node_id": "py.code", "uuid": "c"})
        await client.command("update_node", {"uuid": "c", "io_id": "__source__", "value": source})
        assert await ports(client) == {"in": inputs, "out": outputs}


async def run(client: WorkerClient, until: Any, **ask: Any) -> Any:
    over = until(client, done)
    await client.command("update_node", ask)
    await over
    return await client.command("get_io_full_value", {"node": "c", "io": "out"})


async def test_values_and_edges_stay_and_undo_brings_the_old_text_back(process: Any, until: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.follow()
        await client.command("add_node", {"node_id": "py.code", "uuid": "c"})
        await client.command("update_node", {"uuid": "c", "io_id": "__source__", "value": "a + b"})
        await client.command("add_node", {"node_id": "t.add", "uuid": "s", "inputs": {"a": 4, "b": 0}})
        await client.command("add_edge", {"src_uuid": "s", "src_io": "out", "dst_uuid": "c", "dst_io": "a"})
        assert await run(client, until, uuid="c", io_id="b", value=1) == 5
        assert await run(client, until, uuid="c", io_id="__source__", value="a * b + 10") == 14
        assert await client.command("get_edges") == [["s", "out", "c", "a"]]
        await client.command("undo")
        (node,) = [node for node in await client.command("get_nodes") if node["uuid"] == "c"]
        assert node["io"][0]["value"]["text"] == "'a + b'"


async def test_what_is_no_python_is_refused_with_its_line(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.command("add_node", {"node_id": "py.code", "uuid": "c"})
        await client.command("update_node", {"uuid": "c", "io_id": "__source__", "value": "a + b"})
        with pytest.raises(CommandError, match=r"no Python: .* in line 2"):
            await client.command("update_node", {"uuid": "c", "io_id": "__source__", "value": "x = 1\ny ="})
        assert await ports(client) == {"in": ["a", "b"], "out": ["out"]}
        with pytest.raises(CommandError, match="awaits something"):
            await client.command("update_node", {"uuid": "c", "io_id": "__source__", "value": "await x"})


async def test_the_code_of_a_function_is_changed_for_one_node_alone(process: Any) -> None:
    process.start()
    async with process.client() as client:
        await client.command("define_function", {"source": "def f(a: int = 1):\n    return a"})
        await client.command("add_node", {"node_id": "nb:f", "uuid": "c"})
        await client.command("add_node", {"node_id": "nb:f", "uuid": "other"})
        await client.command("set_code", {"uuid": "c", "source": "def f(a: int = 1, b: int = 2):\n    return a + b"})
        assert await ports(client) == {"in": ["a", "b"], "out": ["out"]}
        with pytest.raises(CommandError, match="has to be called f"):
            await client.command("set_code", {"uuid": "c", "source": "def g(a):\n    return a"})
        with pytest.raises(CommandError, match="set_code"):
            await client.command("update_node", {"uuid": "c", "io_id": "__source__", "value": "def f(): pass"})
        await client.command("add_node", {"node_id": "t.add", "uuid": "s"})
        with pytest.raises(CommandError, match="its code is not in the graph"):
            await client.command("set_code", {"uuid": "s", "source": "1"})
