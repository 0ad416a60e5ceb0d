"""Texts are compared with the pattern of their port, and a pattern that takes for ever stops nobody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.worker.patterns import check_pattern

ENDLESS = "^(a|aa)+$"
"""For 200 times an a and something else, `re` would try more ways than there are atoms."""


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("abc", "b"),
        ("x1,x2", r"^\w+(,\w+)*$"),
        ("a" * 10_000, ENDLESS),
        (None, "a"),
        (["x"], "a"),
        ("abc", None),
        ("abc", 3),
        ("abc", "("),
        ("abc", "(" * 2_000 + ")" * 2_000),
        ("abc", "x" * 1_000_000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_matches_and_what_has_no_pattern_passes(value: Any, pattern: Any) -> None:
    check_pattern(value, {"pattern": pattern}, "n.a")


def test_what_does_not_match_is_refused() -> None:
    with pytest.raises(ValueConversionError) as caught:
        check_pattern("x", {"pattern": "^a+$"}, "n.a")
    assert str(caught.value) == "n.a: 'x' does not match ^a+$."
    assert (caught.value.wanted, caught.value.port) == ("a text that matches ^a+$", "n.a")


def foreign(pattern: str) -> dict[str, Any]:
    """A file with a node of an installed class, for whose input it states a pattern."""
    io = {"a": {"is_input": True, "value_options": {"pattern": pattern}}}
    return {"nodes": [{"id": "n", "node_id": "basic.concatenate_texts", "name": "n", "io": io}], "edges": []}


async def typed(client: WorkerClient, text: str) -> Any:
    return await client.command("update_node", {"uuid": "n", "io_id": "a", "text": text})


async def test_a_pattern_that_takes_for_ever_stops_nobody(process: Any) -> None:
    process.start()
    async with process.client() as client, process.client() as other:
        await client.command("load_data", {"data": foreign(ENDLESS)})
        slow = asyncio.ensure_future(typed(client, "a" * 200 + "!"))
        await other.command("get_nodes")
        with pytest.raises(CommandError, match=r"n\.a: it takes too long to find out .* give a shorter text") as caught:
            await slow
        assert caught.value.code == "ValueConversionError"
        with pytest.raises(CommandError, match=r"n\.a: 'b' does not match"):
            await typed(client, "b")
        node = await typed(client, "aaa")
        assert next(io["value"] for io in node["io"] if io["id"] == "a")["value"] == "aaa"
