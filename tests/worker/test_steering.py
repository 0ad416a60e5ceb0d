"""What a client can do beyond single edits: undo, modes, limits, feedback; and how the others hear of it."""

from __future__ import annotations

from typing import Any

import pytest

from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.worker import savedform


async def added(client: WorkerClient, uuid: str, node_id: str = "t.add", **kwargs: Any) -> Any:
    return await client.command("add_node", {"node_id": node_id, "uuid": uuid, "name": uuid, **kwargs})


async def joined(client: WorkerClient, source: str, target: str, io: str = "a", **kwargs: Any) -> Any:
    edge = {"src_uuid": source, "src_io": "out", "dst_uuid": target, "dst_io": io}
    return await client.command("add_edge", {**edge, **kwargs})


def told(until: Any, events_of: Any, client: WorkerClient, name: str, fits: Any = lambda data: True) -> Any:
    """The first event of that name whose data fit."""

    def look(update: Any) -> Any:
        found = [event.data for event in events_of(update) if event.name == name]
        return next(filter(fits, found), None)

    return until(client, look)


async def node_of(client: WorkerClient, uuid: str) -> Any:
    return next(node for node in await client.command("get_nodes") if node["uuid"] == uuid)


@pytest.mark.parametrize(
    ("cmd", "kwargs", "label"),
    [
        ("update_node", {"uuid": "n", "io_id": "a", "text": "5"}, "Set n.a"),
        ("update_node", {"uuid": "n", "io_id": "b", "reset": True}, "Reset n.b"),
        ("update_node", {"uuid": "n", "name": "other"}, "Rename n"),
        ("update_node", {"uuid": "n", "frontend": {"pos": [7, 7]}}, "Move n"),
        ("update_node", {"uuid": "n", "frontend": {"size": [300, 200]}}, "Resize n"),
        ("update_node", {"uuid": "n", "frontend": {"collapsed": True}}, "Fold n"),
        ("update_node", {"uuid": "n", "mode": "frozen"}, "Freeze n"),
        ("update_node", {"uuid": "n", "timeout": 2.5, "retries": 1}, "Change limits of n"),
        ("remove_node", {"uuid": "n"}, "Delete n"),
        ("add_node", {"node_id": "t.add", "uuid": "m", "name": "m", "inputs": {"a": 1}}, "Add m"),
        (
            "add_edge",
            {"src_uuid": "n", "src_io": "out", "dst_uuid": "o", "dst_io": "a"},
            "Connect n.out with o.a",
        ),
        ("clear", {}, "Clear"),
        (
            "batch",
            {
                "commands": [
                    {"cmd": "remove_node", "kwargs": {"uuid": "n"}},
                    {"cmd": "remove_node", "kwargs": {"uuid": "o"}},
                ]
            },
            "Delete n and 1 more",
        ),
    ],
)
async def test_one_command_is_one_step_for_whoever_undoes_it(
    serving: Any, cmd: str, kwargs: dict[str, Any], label: str
) -> None:
    async with serving() as served:
        first, second = await served.client(), await served.client()
        await added(first, "n", inputs={"a": 1, "b": 2})
        await added(first, "o")
        await served.nodespace.await_done()
        before = savedform.to_bytes(served.nodespace.serialize())
        await first.command(cmd, kwargs)
        after = savedform.to_bytes(served.nodespace.serialize())
        assert after != before
        assert await second.command("undo") == {"done": label}
        assert savedform.to_bytes(served.nodespace.serialize()) == before
        assert await first.command("redo") == {"done": label}
        assert savedform.to_bytes(served.nodespace.serialize()) == after


async def test_everybody_hears_what_can_be_undone(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        first, second = await served.client(), await served.client()
        heard = told(until, events_of, second, "history_changed")
        await added(first, "n")
        event = await heard
        assert (event.undo, event.redo) == ("Add n", "")
        state = await second.command("full_state")
        assert state["history"] == {"undo": "Add n", "redo": ""}
        await first.command("undo")
        with pytest.raises(CommandError, match="nothing to undo") as caught:
            await second.command("undo")
        assert caught.value.code == "HistoryError"


async def test_a_paused_graph_waits_to_be_asked(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client, other = await served.client(), await served.client()
        heard = told(until, events_of, other, "mode_changed")
        await client.command("set_mode", {"mode": "paused"})
        event = await heard
        assert event.mode == "paused"
        await added(client, "n", inputs={"a": 1, "b": 2})
        await served.nodespace.await_done()
        node = await node_of(client, "n")
        assert (node["state"], node["stale"]) == ("idle", True)
        assert (await client.command("full_state"))["mode"] == "paused"
        await client.command("run")
        await served.nodespace.await_done()
        node = await node_of(client, "n")
        assert (node["state"], node["stale"]) == ("done", False)
        with pytest.raises(CommandError, match="mode"):
            await client.command("set_mode", {"mode": "lazy"})


@pytest.mark.parametrize("mode", ["disabled", "bypassed", "frozen"])
async def test_modes_of_nodes_are_told(serving: Any, until: Any, events_of: Any, mode: str) -> None:
    async with serving() as served:
        client, other = await served.client(), await served.client()
        await added(client, "n", inputs={"a": 1, "b": 2})
        await served.nodespace.await_done()
        heard = told(until, events_of, other, "node_updated", lambda data: data.changed.mode == mode)
        answer = await client.command("update_node", {"uuid": "n", "mode": mode})
        assert answer["mode"] == mode
        await heard
        if mode != "bypassed":
            with pytest.raises(CommandError, match=f"n cannot run: it is {mode}"):
                await client.command("trigger_node", {"uuid": "n"})


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"timeout": 0}, "timeout"),
        ({"timeout": "soon"}, "timeout"),
        ({"retries": -1}, "retries"),
        ({"mode": "off"}, "mode"),
    ],
)
async def test_limits_and_modes_that_make_no_sense_are_refused(serving: Any, kwargs: dict[str, Any], text: str) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, "n")
        with pytest.raises(CommandError, match=text):
            await client.command("update_node", {"uuid": "n", **kwargs})


async def test_a_limit_can_be_taken_away(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, "n")
        await client.command("update_node", {"uuid": "n", "timeout": 3, "retries": 2})
        answer = await client.command("update_node", {"uuid": "n", "timeout": None})
        assert (answer["timeout"], answer["retries"]) == (None, 2)


async def test_feedback_is_told_and_found_again(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client, other = await served.client(), await served.client()
        await added(client, "n")
        await added(client, "m")
        await joined(client, "n", "m")
        with pytest.raises(CommandError, match="feedback") as caught:
            await joined(client, "m", "n")
        assert caught.value.code == "CycleError"
        heard = told(until, events_of, other, "edge_added", lambda data: data.feedback)
        await joined(client, "m", "n", feedback=True)
        event = await heard
        assert (event.src, event.dst) == (("m", "out"), ("n", "a"))
        state = await client.command("full_state")
        assert state["edges"] == [["n", "out", "m", "a"], ["m", "out", "n", "a"]]
        assert state["edge_notes"] == [{"src": ["m", "out"], "dst": ["n", "a"], "feedback": True}]
        await client.command("remove_edge", {"src_uuid": "m", "src_io": "out", "dst_uuid": "n", "dst_io": "a"})
        assert (await client.command("full_state"))["edge_notes"] == []


async def test_ports_that_may_not_fit_are_connected_with_a_warning(serving: Any, until: Any, events_of: Any) -> None:
    async with serving() as served:
        client, other = await served.client(), await served.client()
        await added(client, "n", "t.list")
        await added(client, "m")
        heard = told(until, events_of, other, "edge_added")
        await joined(client, "n", "m")
        event = await heard
        assert "does not fit" in event.warning
        (note,) = (await client.command("full_state"))["edge_notes"]
        assert note["warning"] == event.warning


async def test_what_does_not_fit_can_be_refused(serving: Any) -> None:
    async with serving() as served:
        client = await served.client()
        await added(client, "n", "t.list")
        await added(client, "m")
        await client.command("set_type_check", {"check": "refuse"})
        with pytest.raises(CommandError, match=r"n\.out cannot be connected with m\.a: ") as caught:
            await joined(client, "n", "m")
        assert caught.value.code == "TypeMismatchError"
        assert served.nodespace.serialize()["type_check"] == "refuse"
        await client.command("set_type_check", {"check": "off"})
        await joined(client, "n", "m")
        assert (await client.command("full_state"))["edge_notes"] == []
