"""The worker's own use of values: previews, events, saving and commands run nobody's code under the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from funcnodes_jupyter.wire.messages import Preview


class Probe:
    """Notes each use of its special methods while the thread holds the graph lock."""

    lock: Any = None
    calls: list[str] = []  # noqa: RUF012
    caught: list[str] = []  # noqa: RUF012

    def __getattribute__(self, name: str) -> Any:
        Probe.note(name)
        return object.__getattribute__(self, name)

    @staticmethod
    def note(what: str) -> None:
        Probe.calls.append(what)
        if Probe.lock is not None and Probe.lock._is_owned():
            Probe.caught.append(what)

    def __eq__(self, other: object) -> bool:
        Probe.note("==")
        return self is other

    def __hash__(self) -> int:
        Probe.note("hash")
        return 1

    def __bool__(self) -> bool:
        Probe.note("bool")
        raise ValueError("ambiguous")

    def __repr__(self) -> str:
        Probe.note("repr")
        return "probe"

    def _repr_html_(self) -> str:
        Probe.note("html")
        return "<b>probe</b>"


async def test_a_watched_value_is_never_asked_under_the_lock(
    serving: Callable[[], AbstractAsyncContextManager[Any]], until: Any
) -> None:
    Probe.calls.clear()
    Probe.caught.clear()
    async with serving() as served:
        Probe.lock = served.nodespace.lock
        client = await served.client()
        await client.command("add_node", {"node_id": "t.shown", "uuid": "s", "inputs": {"text": "a"}})
        await served.nodespace.await_done()
        await client.command("watch", {"ports": [["s", "out"], ["s", "text"]]})
        seen = until(client, lambda update: isinstance(update, Preview) and "probe" in str(update.data))
        node = served.nodespace.get_node_by_id("s")
        node.outputs["out"].value = Probe()
        node.inputs["text"].set_value(Probe(), does_trigger=False)
        node.inputs["text"].update_value_options(options=[Probe()])
        await asyncio.wait_for(seen, 10)
        served.nodespace.serialize()
        await client.command("full_state")
        assert await client.command("get_io_full_value", {"node": "s", "io": "out"}) == "probe"
        await client.command("remove_node", {"uuid": "s"})
    assert {"html", "repr"} <= set(Probe.calls)
    assert Probe.caught == []
