"""The queue to one client."""

from __future__ import annotations

import asyncio
import json

import pytest

from funcnodes_jupyter.wire.messages import Preview
from funcnodes_jupyter.worker import outbox as outbox_module
from funcnodes_jupyter.worker.outbox import Outbox


async def test_order() -> None:
    outbox = Outbox()
    outbox.put_preview(Preview("a", "out", {"text/plain": "old"}))
    outbox.put_reply("reply 1")
    outbox.put_events("events")
    outbox.put_reply("reply 2")
    outbox.put_preview(Preview("b", "out", {"text/plain": "other"}))
    outbox.put_preview(Preview("a", "out", {"text/plain": "new"}))
    taken = list(iter(outbox.take, None))
    assert taken[:3] == ["reply 1", "events", "reply 2"]
    assert [json.loads(frame)["data"]["text/plain"] for frame in taken[3:]] == ["other", "new"]


async def test_previews_of_nodes_that_are_gone_are_not_sent() -> None:
    outbox = Outbox()
    outbox.put_preview(Preview("a", "out", {}))
    outbox.put_preview(Preview("b", "out", {}))
    outbox.keep_previews({"b"})
    (left,) = iter(outbox.take, None)
    assert json.loads(left)["node"] == "b"


async def test_too_many_events_are_dropped_and_replies_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_EVENTS", 10)
    outbox = Outbox()
    outbox.put_events("12345")
    outbox.put_reply("reply")
    outbox.put_events("123456")
    outbox.put_events("1")
    assert outbox.overflowed
    assert list(iter(outbox.take, None)) == ["reply"]


async def test_who_does_not_read_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_REPLIES", 10)
    outbox = Outbox()
    await outbox.room()
    outbox.put_reply("x" * 11)
    waiting = asyncio.ensure_future(outbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    outbox.take()
    await waiting


async def test_waiting_for_frames() -> None:
    outbox = Outbox()
    waiting = asyncio.ensure_future(outbox.filled())
    await asyncio.sleep(0)
    assert not waiting.done()
    outbox.put_reply("x")
    await waiting
    emptied = asyncio.ensure_future(outbox.emptied())
    await asyncio.sleep(0)
    assert outbox.take() == "x"
    assert not emptied.done()
    assert outbox.take() is None
    await emptied


async def test_a_closed_one_keeps_nothing_and_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_REPLIES", 3)
    outbox = Outbox()
    outbox.put_reply("too long")
    waiting = asyncio.ensure_future(outbox.room())
    outbox.close()
    await asyncio.wait_for(waiting, 10)
    outbox.put_reply("reply")
    outbox.put_events("events")
    outbox.put_preview(Preview("a", "out", {}))
    assert outbox.take() is None
