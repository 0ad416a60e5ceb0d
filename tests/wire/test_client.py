"""The client against a peer in memory that says what the test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from funcnodes_jupyter.wire import codec, events
from funcnodes_jupyter.wire.client import BinaryResult, Connected, Disconnected, Update, WorkerClient
from funcnodes_jupyter.wire.errors import CommandError, CommandTimeoutError, FrameError, TransportClosedError
from funcnodes_jupyter.wire.memory import MemoryTransport, memory_pair
from funcnodes_jupyter.wire.messages import (
    BinaryHeader,
    Cmd,
    Error,
    FullState,
    Hello,
    NodespaceEvents,
    Preview,
    Result,
    Resumed,
    WorkerIdentity,
)

ME = WorkerIdentity("u", "n")


def removed(uuid: str) -> events.NodeRemoved:
    return events.NodeRemoved(events.NodeRef(uuid))


class Peer:
    """The worker's end of every connection that the client opens."""

    def __init__(self) -> None:
        self.seq = 10
        self.ends: asyncio.Queue[MemoryTransport] = asyncio.Queue()
        self.refusals = 0
        self.end: MemoryTransport | None = None

    async def connect(self) -> MemoryTransport:
        if self.refusals:
            self.refusals -= 1
            raise TransportClosedError("nobody there")
        near, far = memory_pair()
        await far.send(codec.encode_text(Hello(1, ME, self.seq)))
        await self.ends.put(far)
        return near

    async def accept(self) -> None:
        self.end = await self.ends.get()

    async def heard(self, cmd: str) -> Cmd:
        assert self.end is not None
        frame = codec.decode_client(await self.end.receive())
        assert isinstance(frame, Cmd)
        assert frame.cmd == cmd
        return frame

    async def say(self, frame: Any) -> None:
        assert self.end is not None
        await self.end.send(frame if isinstance(frame, str | bytes) else codec.encode_text(frame))

    async def answer(self, cmd: str, result: Any) -> Cmd:
        frame = await self.heard(cmd)
        await self.say(Result(frame.id, cmd, result))
        return frame


@asynccontextmanager
async def joined(**options: Any) -> AsyncIterator[tuple[WorkerClient, Peer]]:
    peer = Peer()
    client = WorkerClient(peer.connect, **options)
    await client.open()
    await peer.accept()
    try:
        yield client, peer
    finally:
        await client.close()


async def following(client: WorkerClient, peer: Peer) -> None:
    asking = asyncio.ensure_future(client.follow())
    await peer.answer("full_state", FullState(seq=peer.seq, worker=ME))
    assert (await asking).seq == peer.seq == client.seq


async def until(client: WorkerClient, wanted: type[Any]) -> Any:
    updates = client.updates()
    try:
        async for update in updates:
            if isinstance(update, wanted):
                return update
    finally:
        updates.close()


async def test_replies_are_matched_by_id_and_may_overtake() -> None:
    async with joined() as (client, peer):
        first = asyncio.ensure_future(client.command("slow", {"n": 1}))
        asked_first = await peer.heard("slow")
        second = asyncio.ensure_future(client.command("quick"))
        asked_second = await peer.heard("quick")
        await peer.say(Result(asked_second.id, "quick", 2))
        await peer.say(Result(asked_first.id, "slow", 1))
        assert (await first, await second) == (1, 2)
        assert asked_first.kwargs == {"n": 1}


async def test_an_error_is_raised_with_its_code() -> None:
    async with joined() as (client, peer):
        asking = asyncio.ensure_future(client.command("add_node"))
        asked = await peer.heard("add_node")
        await peer.say(Error(asked.id, "add_node", "NodeClassNotFoundError: no x", "NodeClassNotFoundError", "line 3"))
        with pytest.raises(CommandError) as caught:
            await asking
        assert (caught.value.code, caught.value.message) == ("NodeClassNotFoundError", "no x")
        assert caught.value.traceback == "line 3"


async def test_silence_ends_in_a_time_out() -> None:
    async with joined() as (client, peer):
        with pytest.raises(CommandTimeoutError, match=r"'name' within 0\.01 s"):
            await client.command("name", timeout=0.01)
        asked = await peer.heard("name")
        await peer.say(Result(asked.id, "name", "too late"))
        again = asyncio.ensure_future(client.command("name"))
        await peer.answer("name", "fine")
        assert await again == "fine"


async def test_parts_are_put_together() -> None:
    payload = bytes(range(256)) * 10_000
    async with joined() as (client, peer):
        asking = asyncio.ensure_future(client.command("get_io_full_value"))
        asked = await peer.heard("get_io_full_value")
        for frame in codec.binary_result(asked.id, payload, codec.PICKLE_MIME):
            await peer.say(frame)
        assert await asking == BinaryResult(codec.PICKLE_MIME, payload)


async def test_binary_json_is_read() -> None:
    async with joined() as (client, peer):
        asking = asyncio.ensure_future(client.command("get_nodes"))
        asked = await peer.heard("get_nodes")
        for frame in codec.binary_result(asked.id, msgspec.json.encode([1, 2]), codec.JSON_MIME):
            await peer.say(frame)
        assert await asking == [1, 2]


async def test_a_lost_part_is_an_error() -> None:
    async with joined() as (client, peer):
        asking = asyncio.ensure_future(client.command("c"))
        asked = await peer.heard("c")
        header = BinaryHeader(type="result", mime="m", part=1, parts=2, id=asked.id)
        await peer.say(codec.encode_binary(header, b"x"))
        with pytest.raises(FrameError, match="1 of 2"):
            await asking


async def test_frames_that_cannot_be_read_are_skipped() -> None:
    async with joined() as (client, peer):
        asking = asyncio.ensure_future(client.command("name"))
        await peer.say("{broken")
        await peer.say(b"\x00")
        await peer.say('{"type":"new in version 9"}')
        await peer.answer("name", "n")
        assert await asking == "n"


async def test_events_are_applied_once_and_in_order() -> None:
    async with joined() as (client, peer):
        await following(client, peer)
        told: list[Update] = []
        client.listen(told.append)
        preview = asyncio.ensure_future(until(client, Preview))
        await asyncio.sleep(0)
        await peer.say(NodespaceEvents(9, 10, [removed("old"), removed("old")]))
        await peer.say(NodespaceEvents(10, 12, [removed("old"), removed("a"), removed("b")]))
        await peer.say(NodespaceEvents(13, 12, []))
        await peer.say(Preview("u", "out", {}))
        await preview
        assert told[0] == NodespaceEvents(11, 12, [removed("a"), removed("b")])
        assert len(told) == 2
        assert client.seq == 12


@pytest.mark.parametrize("late", [[removed("c")], []], ids=["events", "empty batch"])
async def test_a_gap_is_filled(late: list[events.Event]) -> None:
    async with joined() as (client, peer):
        await following(client, peer)
        told = asyncio.ensure_future(until(client, NodespaceEvents))
        await asyncio.sleep(0)
        await peer.say(NodespaceEvents(14, 13 + len(late), late))
        missed: list[events.Event] = [removed("a"), removed("b"), removed("x")]
        asked = await peer.answer("resume", Resumed(events=missed, first=11, seq=13))
        assert asked.kwargs == {"seq": 10, "batches": True}
        assert (await told).events == missed
        assert client.seq == 13


async def test_a_break_fails_what_is_under_way_and_is_healed() -> None:
    async with joined(reconnect=True) as (client, peer):
        await following(client, peer)
        told: list[Update] = []
        client.listen(told.append)
        asking = asyncio.ensure_future(client.command("run"))
        await peer.heard("run")
        peer.refusals = 2
        assert peer.end is not None
        await peer.end.close()
        with pytest.raises(TransportClosedError):
            await asking
        snapshot = asyncio.ensure_future(until(client, FullState))
        later = asyncio.ensure_future(client.command("name"))
        await peer.accept()
        # A command that waited for the connection, and the question for what was missed, in either order.
        for _ in range(2):
            frame = codec.decode_client(await peer.end.receive())
            assert isinstance(frame, Cmd)
            state = FullState(seq=20, worker=ME)
            result = Resumed(snapshot=state, seq=20) if frame.cmd == "resume" else "n"
            await peer.say(Result(frame.id, frame.cmd, result))
        assert await later == "n"
        assert (await snapshot).seq == 20
        assert [type(update) for update in told] == [Disconnected, Connected, FullState]
        assert client.seq == 20


async def test_without_healing_a_closed_connection_refuses_commands() -> None:
    async with joined() as (client, peer):
        gone = asyncio.ensure_future(until(client, Disconnected))
        await asyncio.sleep(0)
        assert peer.end is not None
        await peer.end.close()
        assert (await gone).retrying is False
        with pytest.raises(TransportClosedError):
            await client.command("name")


async def test_an_impatient_client_refuses_commands_during_a_break() -> None:
    async with joined(reconnect=True, patient=False) as (client, peer):
        gone = asyncio.ensure_future(until(client, Disconnected))
        back = asyncio.ensure_future(until(client, Connected))
        await asyncio.sleep(0)
        peer.refusals = 1
        assert peer.end is not None
        await peer.end.close()
        assert (await gone).retrying is True
        with pytest.raises(TransportClosedError):
            await client.command("name")
        await peer.accept()
        await back
        asking = asyncio.ensure_future(client.command("name"))
        await peer.answer("name", "n")
        assert await asking == "n"


async def test_the_first_frame_must_be_a_greeting() -> None:
    async def connect() -> MemoryTransport:
        near, far = memory_pair()
        await far.send('{"type":"pong"}')
        return near

    with pytest.raises(FrameError, match="greeting"):
        await WorkerClient(connect).open()


async def test_a_failing_listener_does_not_end_the_client(caplog: pytest.LogCaptureFixture) -> None:
    async with joined() as (client, peer):

        def failing(update: Update) -> None:
            raise ValueError("mine")

        client.listen(failing)
        await peer.say(Preview("u", "out", {}))
        asking = asyncio.ensure_future(client.command("name"))
        await peer.answer("name", "n")
        assert await asking == "n"
        assert "A listener failed on Preview" in caplog.text


async def test_closing_ends_the_iterators() -> None:
    async with joined() as (client, _):
        updates = client.updates()
        reading = asyncio.ensure_future(collected(updates))
        await asyncio.sleep(0)
        await client.close()
        assert [type(update) for update in await reading] == [Disconnected]


async def collected(updates: Any) -> list[Update]:
    return [update async for update in updates]
