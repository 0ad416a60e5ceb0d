"""Commands in, replies and events out, without a process."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterable
from typing import Any

import pytest

from funcnodes_jupyter.wire import codec, events
from funcnodes_jupyter.wire.client import BinaryResult, WorkerClient
from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvent, NodespaceEvents, Preview
from funcnodes_jupyter.worker.commands.table import COMMANDS
from funcnodes_jupyter.worker.outbox import MAX_REPLIES
from funcnodes_jupyter.worker.session import MAX_JOBS


async def added(client: WorkerClient, node_id: str = "t.add", **kwargs: Any) -> Any:
    return await client.command("add_node", {"node_id": node_id, **kwargs})


def port(node: Any, io: str) -> Any:
    return next(found for found in node["io"] if found["id"] == io)


@pytest.mark.parametrize(
    ("cmd", "kwargs", "code", "text"),
    [
        ("ad_node", {}, "UnknownCommandError", "add_node"),
        ("__class__", {}, "UnknownCommandError", "no command"),
        ("add_node", {}, "ArgumentError", "node_id: is missing"),
        ("add_node", {"node_id": 3}, "ArgumentError", "node_id: expected `str`, got `int`"),
        ("add_node", {"node_id": "t.add", "frontend": {"pos": [1, "x"]}}, "ArgumentError", "frontend.pos[1]"),
        ("add_node", {"node_id": "t.add", "uuid": "../x"}, "ArgumentError", "uuid"),
        ("add_node", {"node_id": "t.ad"}, "NodeClassNotFoundError", "t.add"),
        ("add_node", {"node_id": "t.add", "inputs": {"a": "x"}}, "ValueConversionError", "a whole number"),
        ("add_node", {"node_id": "t.add", "inputs": {"z": 1}}, "IONotFoundError", "'z'"),
        ("add_node", {"node_id": "t.add", "uuid": "n1"}, "NodeExistsError", "n1"),
        ("remove_node", {"uuid": "nobody"}, "NodeNotFoundError", "nobody"),
        ("update_node", {"uuid": "n1", "value": 3}, "ArgumentError", "io_id"),
        ("update_node", {"uuid": "n1", "io_id": "a"}, "ArgumentError", "value"),
        ("update_node", {"uuid": "n1", "io_id": "a", "value": 3, "reset": True}, "ArgumentError", "one of"),
        ("update_node", {"uuid": "n1", "io_id": "a", "text": 3}, "ArgumentError", "text: expected `str`, got `int`"),
        ("update_node", {"uuid": "n1", "io_id": "out", "value": 3}, "IONotFoundError", "'out'"),
        ("add_edge", {"src_uuid": "n1", "src_io": "out"}, "ArgumentError", "dst_uuid: is missing"),
        ("add_edge", {"src_uuid": "n1", "src_io": "out", "dst_uuid": "n1", "dst_io": "a"}, "CycleError", "circle"),
        (
            "remove_edge",
            {"src_uuid": "n1", "src_io": "out", "dst_uuid": "n1", "dst_io": "a"},
            "NodeConnectionError",
            "",
        ),
        ("run", {"scope": "sideways"}, "ArgumentError", "scope"),
        ("trigger_node", {"uuid": "n1"}, "NotReadyError", "no value for a"),
        ("watch", {"ports": [["n1", "nope"]]}, "IONotFoundError", "nope"),
        ("set_pickled", {"uuid": "n1", "io_id": "a", "upload": "k", "sizes": []}, "ArgumentError", "nothing was sent"),
        ("get_io_full_value", {"node": "n1", "io": "a"}, "NoValueError", "n1.a"),
        ("get_table_page", {"node": "n1", "io": "b"}, "NoTableError", "no table"),
        ("update_node", {"uuid": "n1", "name": "x" * 1001}, "ArgumentError", "name"),
        ("batch", {"commands": [{"cmd": "stop"}]}, "BatchError", "cannot stand in a batch"),
        ("resume", {"seq": "x"}, "ArgumentError", "seq"),
    ],
)
async def test_what_is_wrong_is_answered(serving: Any, cmd: str, kwargs: Any, code: str, text: str) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, uuid="n1", name="n1")
        with pytest.raises(CommandError) as caught:
            await client.command(cmd, kwargs)
        assert caught.value.code == code
        assert text in caught.value.message
        assert [node["uuid"] for node in await client.command("get_nodes")] == ["n1"]


@pytest.mark.parametrize(
    "data", ["", "{", "[]", b"\x00\x00\x00\x01", '{"type":"cmd"}', '{"type":"cmd","id":5,"cmd":"run","kwargs":3}']
)
async def test_malformed_frames_get_an_error_and_close_nothing(serving: Any, data: Any) -> None:
    async with serving() as served:
        client = await served.client()
        broken = served.session.connect()
        served.session.receive(broken, data)
        frames = [json.loads(frame) for frame in iter(broken.outbox.take, None)]
        refusal = next(frame for frame in frames if frame["type"] == "error")
        assert refusal["code"] == "FrameError"
        assert refusal["id"] == (5 if "5" in str(data) else None)
        assert await client.command("heartbeat") is True


async def test_every_command_reads_its_arguments(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        refused: dict[str, str] = {}
        for cmd in COMMANDS:
            try:
                await client.command(cmd, {"no_such_argument": 1})
            except CommandError as error:
                refused[cmd] = error.code
        assert set(refused.values()) == {"ArgumentError"}
        assert {"add_node", "update_node", "add_edge", "batch", "watch"} <= set(refused)


async def test_identity(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        assert await client.command("uuid") == "u"
        assert await client.command("name") == "test"
        assert await client.command("get_runstate") == {"busy": False, "running": [], "queued": 0}
        assert await client.command("save") is True
        assert await client.command("stop") is True
        assert served.calls == ["save", "stop"]


# --- nodes and values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node_id", "io", "given", "shown", "value"),
    [
        ("t.add", "a", {"text": "41"}, "41", 41),
        ("t.add", "a", {"value": 3.0}, "3", 3),
        ("t.sleep", "seconds", {"text": "0"}, "0.0", 0),
        ("t.sleep", "seconds", {"text": "nan"}, "nan", None),
        ("t.fail", "text", {"text": ""}, "''", ""),
        ("t.fail", "text", {"value": "None"}, "'None'", "None"),
        ("basic.value", "value", {"text": "None"}, "None", None),
    ],
)
async def test_values_are_shown_as_python_shows_them(
    serving: Any, until: Any, events_of: Any, node_id: str, io: str, given: Any, shown: str, value: Any
) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, node_id, name="n")
        seen = until(
            client, lambda update: [e for e in events_of(update) if e.name == "io_value_changed" and e.data.io_id == io]
        )
        reply = await client.command("update_node", {"uuid": node["uuid"], "io_id": io, **given})
        info = (await seen)[0].data.value
        assert info.text == shown
        assert port(reply, io)["value"]["text"] == shown
        assert port(reply, io)["value"].get("value") == value or (value is None and math.isnan(float(shown)))


@pytest.mark.parametrize("given", [{"text": "abc"}, {"text": "3.5"}, {"value": "3"}, {"value": None}, {"text": ""}])
async def test_a_bad_value_is_refused_and_the_old_one_stays(serving: Any, given: Any) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, name="sum", inputs={"a": 5})
        with pytest.raises(CommandError) as caught:
            await client.command("update_node", {"uuid": node["uuid"], "io_id": "a", **given})
        assert caught.value.code == "ValueConversionError"
        assert "sum.a" in caught.value.message
        assert "a whole number" in caught.value.message
        assert served.nodespace.find("sum").inputs["a"].value == 5


@pytest.mark.parametrize("given", [{"text": "11"}, {"value": 11}])
async def test_a_value_out_of_bounds_is_refused_and_the_old_one_stays(serving: Any, given: Any) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, name="sum", inputs={"a": 5})
        served.nodespace.find("sum").inputs["a"].update_value_options(max=10)
        with pytest.raises(CommandError, match=r"sum\.a: 11 is more than 10") as caught:
            await client.command("update_node", {"uuid": node["uuid"], "io_id": "a", **given})
        assert caught.value.code == "ValueConversionError"
        assert served.nodespace.find("sum").inputs["a"].value == 5


async def test_a_reset_goes_back_to_the_default(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, inputs={"a": 1, "b": 7})
        assert port(node, "b")["value"] == {"text": "7", "type": "int", "value": 7}
        reply = await client.command("update_node", {"uuid": node["uuid"], "io_id": "b", "reset": True})
        assert port(reply, "b")["value"] == {"text": "1", "type": "int", "value": 1, "is_default": True}


async def test_a_new_node_runs_once_with_its_values(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client = await served.client()
        done = until(client, lambda update: any(event.name == "node_done" for event in events_of(update)))
        node = await added(client, inputs={"a": 2, "b": 3})
        await done
        assert served.nodespace.get_node_by_id(node["uuid"]).outputs["out"].value == 5


async def test_renames_moves_and_sizes_are_events(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        first, second = await served.client(), await served.client()
        node = await added(first)
        told = until(second, lambda update: [event for event in events_of(update) if event.name == "node_updated"])
        frontend = {"pos": [10, 20.5], "size": [300, 200], "collapsed": True}
        await first.command("update_node", {"uuid": node["uuid"], "name": " total ", "frontend": frontend})
        changed = (await told)[0].data.changed
        assert (changed.name, changed.pos, changed.size, changed.collapsed) == ("total", (10, 20.5), (300, 200), True)
        assert await first.command("view_state") == {node["uuid"]: frontend}


async def test_nodes_without_a_place_never_touch(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, frontend={"pos": [400, 40]})
        nodes = [await added(client, node_id) for node_id in ["t.add", "t.table", "t.figure"] * 5]
        places = [tuple(node["pos"]) for node in nodes]
        assert len(set(places)) == len(places)
        for index, (x, y) in enumerate(places):
            for other_x, other_y in places[:index]:
                assert abs(x - other_x) >= 208 or abs(y - other_y) >= 120


# --- edges --------------------------------------------------------------------------------------


async def test_edges(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        for uuid in "abc":
            await added(client, uuid=uuid)
        edge = {"src_uuid": "a", "src_io": "out", "dst_uuid": "c", "dst_io": "a"}
        assert await client.command("add_edge", edge) == ["a", "out", "c", "a"]
        assert await client.command("add_edge", edge) is None
        with pytest.raises(CommandError, match="MultipleConnectionsError"):
            await client.command("add_edge", {**edge, "src_uuid": "b"})
        assert await client.command("add_edge", {**edge, "src_uuid": "b", "replace": True}) == ["b", "out", "c", "a"]
        assert await client.command("get_edges") == [["b", "out", "c", "a"]]
        assert await client.command("remove_edge", {**edge, "src_uuid": "b"}) is True
        assert await client.command("get_edges") == []


# --- batches ------------------------------------------------------------------------------------


async def test_a_batch_is_one_flush(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client = await served.client()
        told = until(client, lambda update: events_of(update))
        results = await client.command(
            "batch",
            {
                "commands": [
                    {"cmd": "add_node", "kwargs": {"node_id": "t.add", "uuid": "a"}},
                    {"cmd": "add_node", "kwargs": {"node_id": "t.add", "uuid": "b"}},
                    {"cmd": "add_edge", "kwargs": {"src_uuid": "a", "src_io": "out", "dst_uuid": "b", "dst_io": "a"}},
                ]
            },
        )
        assert [type(result) for result in results] == [dict, dict, list]
        assert [event.name for event in await told][:3] == ["node_added", "node_added", "edge_added"]


async def test_a_failing_batch_leaves_everything_as_it_was(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, uuid="a", name="first", inputs={"a": 1})
        await added(client, uuid="b", inputs={"b": 5})
        await client.command("add_edge", {"src_uuid": "a", "src_io": "out", "dst_uuid": "b", "dst_io": "a"})
        await served.nodespace.await_done()
        before = served.nodespace.serialize()
        seq = (await client.follow()).seq
        with pytest.raises(CommandError) as caught:
            await client.command(
                "batch",
                {
                    "commands": [
                        {"cmd": "add_node", "kwargs": {"node_id": "t.add", "uuid": "c"}},
                        {"cmd": "update_node", "kwargs": {"uuid": "a", "io_id": "a", "value": 9, "name": "other"}},
                        {"cmd": "update_node", "kwargs": {"uuid": "b", "frontend": {"pos": [1, 2]}}},
                        {"cmd": "remove_edge", "kwargs": dict(zip(EDGE, ("a", "out", "b", "a"), strict=True))},
                        {"cmd": "add_edge", "kwargs": dict(zip(EDGE, ("c", "out", "b", "a"), strict=True))},
                        {"cmd": "remove_node", "kwargs": {"uuid": "a"}},
                        {"cmd": "update_node", "kwargs": {"uuid": "b", "io_id": "b", "text": "x"}},
                    ]
                },
            )
        assert caught.value.code == "ValueConversionError"
        assert "Part 7 of the batch" in caught.value.message
        assert served.nodespace.serialize() == before
        await served.nodespace.await_done()
        assert served.nodespace.get_node_by_id("b").outputs["out"].value == 7
        state = await client.follow()
        assert state.seq >= seq
        assert [node.uuid for node in state.nodes] == ["b", "a"]
        assert state.edges == [("a", "out", "b", "a")]


EDGE = ("src_uuid", "src_io", "dst_uuid", "dst_io")


# --- events -------------------------------------------------------------------------------------


async def test_two_clients_see_the_same_events(serving: Any) -> None:
    async with serving() as served:
        clients = [await served.client(), await served.client()]
        heard: list[list[Any]] = [[], []]
        for client, own in zip(clients, heard, strict=True):
            client.listen(own.append)
        node = await added(clients[0], inputs={"a": 1})
        await clients[1].command("update_node", {"uuid": node["uuid"], "io_id": "b", "text": "5"})
        await served.nodespace.await_done()
        await clients[0].command("remove_node", {"uuid": node["uuid"]})
        states = [await client.follow() for client in clients]
        events_heard = [[u for u in own if isinstance(u, NodespaceEvents)] for own in heard]
        assert events_heard[0] == events_heard[1]
        assert states[0].seq == states[1].seq == events_heard[0][-1].seq


async def test_without_batches_events_come_one_by_one(serving: Any, until: Any) -> None:
    async with serving() as served:
        client = await served.client(follow=False)
        seen = until(
            client, lambda update: isinstance(update, NodespaceEvent) and update.event == "node_added" and update
        )
        node = await added(client)
        event = await seen
        assert event.data["uuid"] == node["uuid"]


async def test_resume_gives_the_missed_events_or_a_snapshot(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        seq = (await client.follow()).seq
        await added(client, uuid="a")
        await client.command("get_nodes")
        resumed = await client.command("resume", {"seq": seq, "batches": True})
        assert [event["event"] for event in resumed["events"]] == ["node_added", "history_changed"]
        assert (resumed["first"], resumed["seq"], resumed["snapshot"]) == (seq + 1, seq + 2, None)
        for strange in (0, seq + 1000):
            resumed = await client.command("resume", {"seq": strange, "batches": True})
            assert [node["uuid"] for node in resumed["snapshot"]["nodes"]] == ["a"]


async def test_who_falls_behind_gets_a_snapshot(serving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funcnodes_jupyter.worker.outbox.MAX_EVENTS", 2000)
    async with serving() as served:
        client = await served.client()
        slow = served.session.connect()
        slow.batches = True
        for name in range(50):
            await added(client, uuid=f"n{name}")
        await client.command("get_nodes")
        assert slow.outbox.overflowed
        frames = list(iter(slow.outbox.take, None))
        assert sum(map(len, frames)) < 4000
        served.session.tell_lost_events(slow)
        hint = json.loads(slow.outbox.take())
        assert (hint["events"], hint["first"]) == ([], hint["seq"] + 1)
        served.session.receive(
            slow, json.dumps({"type": "cmd", "id": 1, "cmd": "resume", "kwargs": {"seq": hint["seq"]}})
        )
        reply = json.loads(slow.outbox.take())
        assert len(reply["result"]["snapshot"]["nodes"]) == 50


async def test_presence(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        first = await served.client()
        came = until(first, lambda update: [e.data.clients for e in events_of(update) if e.name == "client_connected"])
        second = await served.client()
        assert await came == [2]
        left = until(
            first, lambda update: [e.data.clients for e in events_of(update) if e.name == "client_disconnected"]
        )
        await second.close()
        assert await left == [1]


async def test_a_failure_is_told_with_its_traceback_and_kept(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client = await served.client()
        failed = until(client, lambda update: [event for event in events_of(update) if event.name == "node_error"])
        await added(client, "t.fail", inputs={"text": "no luck"})
        told = (await failed)[0].data
        assert told.error == "RuntimeError: no luck"
        assert "raise RuntimeError(text)" in told.traceback
        state = await client.follow()
        assert state.nodes[0].state == "error"
        assert state.nodes[0].error == told.info


# --- previews -----------------------------------------------------------------------------------


async def test_only_watched_ports_get_previews(serving: Any, until: Any) -> None:
    async with serving() as served:
        looking, other = await served.client(), await served.client()
        heard: list[Any] = []
        other.listen(heard.append)
        node = await added(looking, "t.shown", inputs={"text": "one"})
        await served.nodespace.await_done()
        assert served.session.previews.all() == []
        seen = until(looking, lambda update: isinstance(update, Preview) and update)
        await looking.command("watch", {"ports": [[node["uuid"], "out"]]})
        assert (await seen).data == {"text/html": "<b>one</b>", "text/plain": "Shown one"}
        seen = until(looking, lambda update: isinstance(update, Preview) and update.data["text/html"] == "<b>two</b>")
        await looking.command("update_node", {"uuid": node["uuid"], "io_id": "text", "value": "two"})
        await seen
        await looking.command("unwatch", {"ports": [[node["uuid"], "out"]]})
        await looking.command("update_node", {"uuid": node["uuid"], "io_id": "text", "value": "three"})
        await served.nodespace.await_done()
        await other.command("get_nodes")
        assert not any(isinstance(update, Preview) for update in heard)
        last = served.session.previews.last((node["uuid"], "out"))
        assert last is not None
        assert last.stale


async def test_a_watched_preview_comes_again_at_once(serving: Any, until: Any) -> None:
    async with serving() as served:
        first, second = await served.client(), await served.client()
        node = await added(first, inputs={"a": 1})
        ports = {"ports": [[node["uuid"], "out"]]}
        for client in (first, second):
            seen = until(client, lambda update: isinstance(update, Preview) and update)
            await client.command("watch", ports)
            preview = await seen
            assert (preview.data, preview.stale) == ({"text/plain": "2"}, False)
        assert [preview.io for preview in (await first.follow()).previews] == ["out"]


async def test_what_is_gone_is_forgotten(serving: Any, until: Any) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, uuid="n", inputs={"a": 1})
        seen = until(client, lambda update: isinstance(update, Preview))
        await client.command("watch", {"ports": [[node["uuid"], "out"]]})
        await seen
        assert served.session.previews.last(("n", "out")) is not None
        await client.command("remove_node", {"uuid": "n"})
        assert (await client.follow()).previews == []
        assert served.session.previews.all() == []
        await client.command("unwatch", {"ports": [["n", "out"]]})


async def test_values_whole(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        numbers = await added(client, "t.list", inputs={"count": 300_000})
        shown = await added(client, "t.shown", inputs={"text": "x"})
        await served.nodespace.await_done()
        whole = {"node": numbers["uuid"], "io": "out"}
        assert await client.command("get_io_full_value", whole) == list(range(300_000))
        pickled = await client.command("get_io_full_value", {**whole, "format": "pickle"})
        assert isinstance(pickled, BinaryResult)
        assert pickled.mime == "application/x-python-pickle"
        assert len(pickled.data) > 2**20
        preview = await client.command("get_io_value", {"node": shown["uuid"], "io": "out"})
        assert preview["data"]["text/html"] == "<b>x</b>"
        with pytest.raises(CommandError) as caught:
            await client.command("get_io_full_value", {"node": shown["uuid"], "io": "out", "format": "pickle"})
        assert caught.value.code == "ValueFormError"
        assert "Shown.out cannot be given as pickle" in caught.value.message


@pytest.mark.parametrize("form", ["json", "pickle"])
@pytest.mark.parametrize(("node_id", "inputs"), [("t.list", {"count": 300_000}), ("t.fail", {"text": "x" * 2_000_000})])
async def test_large_values_are_made_as_fast_as_they_are_read(
    serving: Any, form: str, node_id: str, inputs: dict[str, Any]
) -> None:
    """In the thread of the nodes, and in the pool of threads."""
    async with serving() as served:
        other = await served.client()
        node = await added(other, node_id, inputs=inputs)
        await served.nodespace.await_done()
        io = "out" if node_id == "t.list" else "text"
        ask = {"node": node["uuid"], "io": io, "format": form}
        greedy = served.session.connect()
        for number in range(MAX_JOBS):
            frame = {"type": "cmd", "id": number, "cmd": "get_io_full_value", "kwargs": ask}
            served.session.receive(greedy, json.dumps(frame))
        for _ in range(10):  # those of the greedy one would have come first
            await other.command("get_io_full_value", ask)
        frames = list(iter(greedy.outbox.take, None))
        assert 2**20 < sum(map(len, frames)) < MAX_REPLIES + 3 * 2**20
        answered = whole_answers(frames)
        while len(answered) < MAX_JOBS:
            await greedy.outbox.filled()
            answered += whole_answers(iter(greedy.outbox.take, None))
        assert sorted(answered) == list(range(MAX_JOBS))


def whole_answers(frames: Iterable[Any]) -> list[Any]:
    """The ids of answers in parts whose last part is there."""
    heads = [codec.decode_binary(frame)[0] for frame in frames if isinstance(frame, bytes)]
    return [head.id for head in heads if head.part + 1 == head.parts]


async def test_tables_by_page(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, "t.table", inputs={"rows": 1000})
        await served.nodespace.await_done()
        ask = {"node": node["uuid"], "io": "out", "offset": 990, "limit": 50}
        page = await client.command("get_table_page", ask)
        assert [column["name"] for column in page["columns"]] == ["n", "half"]
        assert page["rows"][0] == ["990", "495.0"]
        assert (len(page["rows"]), page["total_rows"], page["total_columns"]) == (10, 1000, 2)


# --- running ------------------------------------------------------------------------------------


async def test_run_and_cancel(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, "t.wait", inputs={"seconds": 3600})
        running = until(client, lambda update: any(event.name == "node_triggered" for event in events_of(update)))
        await running
        state = await client.command("get_runstate")
        assert (state["busy"], state["running"]) == (True, [node["uuid"]])
        assert await client.command("cancel", {"node": node["uuid"]}) == {"cancelled": [node["uuid"]]}
        await served.nodespace.await_done()
        assert (await client.follow()).nodes[0].state == "cancelled"


async def test_run_by_scope(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        for uuid in "ab":
            await added(client, uuid=uuid, inputs={"a": 1})
        await client.command("add_edge", dict(zip(EDGE, ("a", "out", "b", "b"), strict=True)))
        await served.nodespace.await_done()
        assert await client.command("run") == {"requested": 0}
        assert await client.command("run", {"scope": "all"}) == {"requested": 2}
        await served.nodespace.await_done()
        assert await client.command("run", {"nodes": ["a"], "scope": "from"}) == {"requested": 2}
        assert await client.command("run", {"nodes": ["b"]}) == {"requested": 1}
        assert await client.command("trigger_node", {"uuid": "a"}) is True


async def test_progress(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client = await served.client()
        node = await added(client, "t.steps", inputs={"count": 12})
        await served.nodespace.await_done()
        state = await client.follow()
        assert state.nodes[0].uuid == node["uuid"]
        assert state.nodes[0].progress is None
        assert isinstance(state, FullState)


async def test_only_edits_are_to_be_saved(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, uuid="a", inputs={"a": 1})
        await served.nodespace.await_done()
        before = served.edits
        await client.command("run", {"scope": "all"})
        await served.nodespace.await_done()
        assert served.edits == before
        await client.command("update_node", {"uuid": "a", "frontend": {"pos": [1, 1]}})
        assert served.edits > before


async def test_the_library(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        library = await client.command("get_library")
        tests = next(shelf for shelf in library["shelves"] if shelf["name"] == "Tests")
        add = next(node for node in tests["nodes"] if node["node_id"] == "t.add")
        assert (add["node_name"], [(p["id"], p["kind"]) for p in add["inputs"]]) == (
            "Add",
            [("a", "number"), ("b", "number")],
        )


async def test_clear(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client)
        await client.command("get_nodes")
        cleared = until(client, lambda update: [event.name for event in events_of(update)])
        await client.command("clear")
        assert "cleared" in await cleared
        assert await client.command("get_nodes") == []


def test_events_have_names() -> None:
    assert events.Cleared.__struct_config__.tag == "cleared"


async def test_commands_of_one_client_are_applied_in_order(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, uuid="a")
        sent = [client.command("update_node", {"uuid": "a", "io_id": "a", "value": n}) for n in range(20)]
        await asyncio.gather(*sent)
        assert served.nodespace.get_node_by_id("a").inputs["a"].value == 19
