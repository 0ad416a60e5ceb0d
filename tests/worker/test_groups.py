"""Groups of a worker, and graphs that are loaded into it: on a real process, with two clients that look."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.wire.messages import FullState, NodespaceEvents

PATIENCE = 60.0
Look = Callable[[WorkerClient, Callable[[Any], Any]], Awaitable[Any]]


class Pair:
    """Two clients of one worker; ``groups`` is what the second one knows by events alone."""

    def __init__(self, first: WorkerClient, second: WorkerClient) -> None:
        self.first, self.second = first, second
        self.groups: dict[str, Any] = {}
        self._heard = asyncio.Event()
        second.listen(self._hear)

    def _hear(self, update: Any) -> None:
        for event in update.events if isinstance(update, NodespaceEvents) else ():
            data, name = event.data, event.__struct_config__.tag
            if name == "cleared":
                self.groups = {}
            elif name == "group_changed":
                self.groups.pop(data.group_id, None)
                if data.group is not None:
                    self.groups[data.group_id] = msgspec.to_builtins(data.group)
        self._heard.set()

    async def do(self, cmd: str, **kwargs: Any) -> Any:
        return await self.first.command(cmd, kwargs)

    async def both_know(self) -> dict[str, Any]:
        """What both know, once the second has heard all of it."""
        state = msgspec.convert(await self.first.command("full_state", {"batches": True}), FullState)
        while self.second.seq is None or self.second.seq < state.seq:
            self._heard.clear()
            await asyncio.wait_for(self._heard.wait(), PATIENCE)
        wanted = msgspec.to_builtins(state.groups)
        assert self.groups == wanted
        assert await self.do("get_groups") == wanted
        return wanted


@asynccontextmanager
async def paired(process: Any) -> AsyncIterator[Pair]:
    """Two clients of a worker that has four nodes."""
    process.start()
    async with process.client() as first, process.client() as second:
        await first.follow()
        await second.follow()
        made = Pair(first, second)
        for number, uuid in enumerate("abcd"):
            await made.do("add_node", node_id="t.add", uuid=uuid, name=uuid, frontend={"pos": [100 * number, 0]})
        yield made


def shape(groups: dict[str, Any]) -> dict[str, tuple[str, str | None, str]]:
    """{group: (its nodes, the group around it, its name)}."""
    return {
        group_id: ("".join(group["node_ids"]), group["parent_group"], group["meta"]["name"])
        for group_id, group in groups.items()
    }


async def places(pair: Pair) -> dict[str, Any]:
    return {uuid: layout["pos"] for uuid, layout in (await pair.do("view_state")).items()}


# --- groups -------------------------------------------------------------------------------------


async def test_a_group_is_made_for_both_and_told_whole(process: Any) -> None:
    async with paired(process) as pair:
        answer = await pair.do("group_nodes", nodes=["a", "b"], name=" Reading ", group_id="g")
        told = {
            "node_ids": ["a", "b"],
            "child_groups": [],
            "parent_group": None,
            "meta": {"name": "Reading", "color": "", "collapsed": False},
        }
        assert answer == {"group_id": "g", "group": told}
        assert await pair.both_know() == {"g": told}
        unnamed = await pair.do("group_nodes", nodes=["c"])
        assert shape(await pair.both_know()) == {
            "g": ("ab", None, "Reading"),
            unnamed["group_id"]: ("c", None, ""),
        }


async def test_groups_stand_in_groups(process: Any) -> None:
    async with paired(process) as pair:
        await pair.do("group_nodes", nodes=["a", "b"], group_id="inner", name="Inner")
        await pair.do("group_nodes", nodes=["c"], groups=["inner"], group_id="outer", name="Outer")
        groups = await pair.both_know()
        assert shape(groups) == {"inner": ("ab", "outer", "Inner"), "outer": ("c", None, "Outer")}
        assert groups["outer"]["child_groups"] == ["inner"]
        await pair.do("update_group", group_id="inner", parent_group=None)
        assert shape(await pair.both_know()) == {"inner": ("ab", None, "Inner"), "outer": ("c", None, "Outer")}
        await pair.do("update_group", group_id="inner", parent_group="outer")
        await pair.do("ungroup", group_id="outer")
        assert shape(await pair.both_know()) == {"inner": ("ab", None, "Inner")}


async def test_what_a_group_is_can_be_changed(process: Any) -> None:
    async with paired(process) as pair:
        await pair.do("group_nodes", nodes=["a", "b"], group_id="g", name="G")
        await pair.do("update_group", group_id="g", name="Other", meta={"color": "blue", "collapsed": True})
        assert (await pair.both_know())["g"]["meta"] == {"name": "Other", "color": "blue", "collapsed": True}
        await pair.do("update_group", group_id="g", meta={"collapsed": False})
        assert (await pair.both_know())["g"]["meta"] == {"name": "Other", "color": "blue", "collapsed": False}
        await pair.do("update_group", group_id="g", nodes=["b", "c"])
        assert shape(await pair.both_know()) == {"g": ("bc", None, "Other")}
        assert await pair.do("update_group", group_id="g", nodes=[]) == {"group_id": "g", "group": None}
        assert await pair.both_know() == {}


async def test_moving_a_group_moves_all_that_stands_in_it_in_one_step(process: Any) -> None:
    async with paired(process) as pair:
        await pair.do("group_nodes", nodes=["a"], group_id="inner")
        await pair.do("group_nodes", nodes=["b"], groups=["inner"], group_id="outer", name="Outer")
        before = await places(pair)
        await pair.do("update_group", group_id="outer", by=[10, -5])
        assert await places(pair) == {**before, "a": [10, -5], "b": [110, -5]}
        assert await pair.second.command("undo") == {"done": "Move Outer"}
        assert await places(pair) == before


async def test_what_has_no_place_moves_from_where_it_is_drawn(process: Any) -> None:
    async with paired(process) as pair:
        await pair.do("load_data", data=DOCUMENT)
        await pair.do("update_group", group_id="h", nodes=["x", "y"])
        await pair.do("update_group", group_id="h", by=[10, -5])
        found = await places(pair)
        assert (found["x"], found["y"], found["z"]) == ([17, 3], [10, -5], None)


async def test_a_node_that_goes_leaves_its_group_and_undo_puts_it_back(process: Any) -> None:
    async with paired(process) as pair:
        await pair.do("group_nodes", nodes=["a", "b"], group_id="g", name="G")
        before = await pair.both_know()
        await pair.do("remove_node", uuid="a")
        assert shape(await pair.both_know()) == {"g": ("b", None, "G")}
        await pair.do("remove_node", uuid="b")
        assert await pair.both_know() == {}
        await pair.second.command("undo")
        await pair.second.command("undo")
        assert await pair.both_know() == before
        await pair.do("clear")
        assert await pair.both_know() == {}
        await pair.do("undo")
        assert await pair.both_know() == before


@pytest.mark.parametrize(
    ("cmd", "kwargs", "label"),
    [
        ("group_nodes", {"nodes": ["c", "d"], "group_id": "new", "name": "New"}, "Group New"),
        ("group_nodes", {"nodes": ["a", "d"], "groups": ["g"], "group_id": "new"}, "Group"),
        ("ungroup", {"group_id": "g"}, "Ungroup G"),
        ("update_group", {"group_id": "g", "name": "Other"}, "Rename G"),
        ("update_group", {"group_id": "g", "meta": {"color": "blue"}}, "Change G"),
        ("update_group", {"group_id": "g", "nodes": ["d"]}, "Change G"),
        ("update_group", {"group_id": "h", "parent_group": "g"}, "Move group"),
        ("update_group", {"group_id": "g", "name": "X", "nodes": ["d"], "parent_group": "h"}, "Rename G and 2 more"),
        (
            "batch",
            {
                "commands": [
                    {"cmd": "group_nodes", "kwargs": {"nodes": ["d"], "group_id": "new"}},
                    {"cmd": "update_group", "kwargs": {"group_id": "new", "name": "X"}},
                ]
            },
            "Group and 1 more",
        ),
    ],
)
async def test_one_change_of_groups_is_one_step_for_whoever_undoes_it(
    process: Any, cmd: str, kwargs: dict[str, Any], label: str
) -> None:
    async with paired(process) as pair:
        await pair.do("group_nodes", nodes=["a", "b"], group_id="g", name="G")
        await pair.do("group_nodes", nodes=["c"], group_id="h")
        before = await pair.both_know()
        await pair.do(cmd, **kwargs)
        after = await pair.both_know()
        assert after != before
        assert await pair.second.command("undo") == {"done": label}
        assert await pair.both_know() == before
        assert await pair.do("redo") == {"done": label}
        assert await pair.both_know() == after


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_restart_keeps_groups(process: Any, how: str) -> None:
    popen = process.start()
    async with process.client() as client:
        for uuid in "ab":
            await client.command("add_node", {"node_id": "t.add", "uuid": uuid})
        await client.command("group_nodes", {"nodes": ["a"], "group_id": "inner", "name": "Inner"})
        await client.command("group_nodes", {"nodes": ["b"], "groups": ["inner"], "group_id": "outer", "name": "é"})
        await client.command("update_group", {"group_id": "outer", "meta": {"color": "blue"}})
        before = await client.command("get_groups")
        await client.command("stop" if how == "stop" else "save")
        if how == "kill":
            popen.kill()
        await asyncio.to_thread(popen.wait)
    popen.stdin.close()
    process.start()
    async with process.client() as client:
        assert await client.command("get_groups") == before
        assert msgspec.to_builtins((await client.follow()).groups) == before


@pytest.mark.parametrize(
    ("cmd", "kwargs", "code", "text"),
    [
        ("group_nodes", {}, "ArgumentError", "nodes: a group needs a node or a group"),
        ("group_nodes", {"nodes": ["a", "nobody"]}, "NodeNotFoundError", "There is no node 'nobody'"),
        ("group_nodes", {"groups": ["none"]}, "GroupNotFoundError", "There is no group 'none'"),
        ("group_nodes", {"nodes": ["c"], "group_id": "g"}, "GroupExistsError", "There is a group 'g' already"),
        ("group_nodes", {"nodes": ["c"], "group_id": "a b"}, "ArgumentError", "group_id"),
        ("group_nodes", {"groups": ["g", "inner"]}, "GroupCycleError", "cannot stand inside itself: inner in g"),
        ("group_nodes", {"nodes": ["c"], "name": "x" * 1001}, "ArgumentError", "name"),
        ("ungroup", {}, "ArgumentError", "group_id: is missing"),
        ("ungroup", {"group_id": "none"}, "GroupNotFoundError", "'none'"),
        ("update_group", {"group_id": "none", "name": "x"}, "GroupNotFoundError", "'none'"),
        ("update_group", {"group_id": "g", "name": "X", "nodes": ["nobody"]}, "NodeNotFoundError", "'nobody'"),
        ("update_group", {"group_id": "g", "parent_group": "inner"}, "GroupCycleError", "inside itself"),
        ("update_group", {"group_id": "g", "name": "X", "parent_group": "none"}, "GroupNotFoundError", "'none'"),
        ("update_group", {"group_id": "g", "meta": {"color": 3}}, "ArgumentError", "meta.color: expected"),
        ("update_group", {"group_id": "g", "by": [1]}, "ArgumentError", "by: "),
        ("update_group", {"group_id": "g", "by": [1.7e308, 1]}, "ArgumentError", "give a smaller distance"),
        (
            "batch",
            {
                "commands": [
                    {"cmd": "ungroup", "kwargs": {"group_id": "g"}},
                    {"cmd": "ungroup", "kwargs": {"group_id": "g"}},
                ]
            },
            "GroupNotFoundError",
            "Part 2 of the batch, ungroup: There is no group 'g'",
        ),
    ],
)
async def test_what_is_wrong_is_named_and_changes_nothing(
    process: Any, cmd: str, kwargs: dict[str, Any], code: str, text: str
) -> None:
    async with paired(process) as pair:
        await pair.do("update_node", uuid="a", frontend={"pos": [1.7e308, 0]})
        await pair.do("group_nodes", nodes=["a"], group_id="inner")
        await pair.do("group_nodes", nodes=["b"], groups=["inner"], group_id="g", name="G")
        before, stood = await pair.both_know(), await places(pair)
        with pytest.raises(CommandError) as caught:
            await pair.do(cmd, **kwargs)
        assert caught.value.code == code
        assert text in caught.value.message
        assert (await pair.both_know(), await places(pair)) == (before, stood)
        assert (await pair.do("full_state", batches=True))["history"] == {"undo": "Group G", "redo": ""}


# --- the worker and its graph -------------------------------------------------------------------


async def test_a_worker_says_what_it_is(process: Any) -> None:
    async with paired(process) as pair:
        found = await pair.do("get_meta")
        assert found == {**found, "id": "w1", "name": "w1", "protocol": 1, "format": 1}
        assert found["version"]
        assert found["python"].startswith("3.")


DOCUMENT: dict[str, Any] = {
    "format": 1,
    "nodes": [
        {"id": "x", "node_id": "t.add", "name": "x", "io": {"a": {"is_input": True, "value": 4}}},
        {"id": "y", "node_id": "t.add", "name": "y", "io": {}},
        {"id": "z", "node_id": "t.nowhere", "name": "z", "io": {}},
    ],
    "edges": [["x", "out", "y", "a"]],
    "groups": {"h": {"node_ids": ["x"], "child_groups": [], "parent_group": None, "meta": {"name": ["no text"]}}},
    "view": {"x": {"pos": [7, 8]}},
    "mode": "paused",
}


async def test_a_graph_is_loaded_and_runs_nothing_and_can_be_undone(
    process: Any, until: Look, events_of: Callable[[Any], Any]
) -> None:
    async with paired(process) as pair:
        await pair.do("group_nodes", nodes=["a", "b"], group_id="g", name="G")
        before = await pair.do("full_state", batches=True)
        told = until(pair.second, lambda update: any(event.name == "loaded" for event in events_of(update)))
        answer = await pair.do("load_data", data=DOCUMENT)
        assert ["t.nowhere" in problem for problem in answer["problems"]] == [True]
        await told
        state = await pair.second.command("full_state", {"batches": True})
        assert {node["uuid"]: (node["state"], node["pos"]) for node in state["nodes"]} == {
            "x": ("idle", [7, 8]),
            "y": ("idle", None),
            "z": ("idle", None),
        }
        assert (state["edges"], state["mode"]) == ([["x", "out", "y", "a"]], "paused")
        assert shape(state["groups"]) == {"h": ("x", None, "")}
        assert await pair.do("undo") == {"done": "Load a graph"}
        after = await pair.do("full_state", batches=True)
        assert {**after, "seq": 0, "history": {}} == {**before, "seq": 0, "history": {}}
        assert await pair.do("redo") == {"done": "Load a graph"}
        again = await pair.do("full_state", batches=True)
        assert {**again, "seq": 0} == {**state, "seq": 0}


TOO_DEEP = 600 if sys.version_info < (3, 12) else 985
"""Lists in one another that travel, and are too many for Python's stack when they are read; later ones need less of it."""


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def with_value(value: Any) -> dict[str, Any]:
    return {
        **DOCUMENT,
        "nodes": [{"id": "x", "node_id": "t.add", "io": {"a": {"is_input": True, "value": value}}}],
    }


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, "needs a list of nodes"),
        ({"nodes": []}, "one of edges"),
        ({"nodes": {}, "edges": []}, "needs a list of nodes"),
        ({**DOCUMENT, "format": 2}, "format 2"),
        ({**DOCUMENT, "format": "1"}, "format 1"),
        ({**DOCUMENT, "nodes": [3]}, "no id or no class"),
        ({**DOCUMENT, "nodes": [DOCUMENT["nodes"][0]] * 2}, "two of its nodes have the id 'x'"),
        ({**DOCUMENT, "nodes": [{"id": "x", "node_id": "t.add", "io": [1]}]}, "the ports of its node 'x'"),
        ({**DOCUMENT, "groups": [1]}, "its 'groups' is a list"),
        ({**DOCUMENT, "view": {"x": 3}}, "the layout of its node 'x'"),
        ({**DOCUMENT, "errors": [1]}, "its 'errors' is a list"),
        (with_value(nested(TOO_DEEP)), "cannot be read, so nothing is changed"),
        ({**DOCUMENT, "groups": {"g": {"meta": {"deep": nested(TOO_DEEP)}}}}, "cannot be read, so nothing is changed"),
    ],
)
async def test_a_broken_document_changes_nothing(process: Any, data: dict[str, Any], text: str) -> None:
    async with paired(process) as pair:
        await pair.do("group_nodes", nodes=["a", "b"], group_id="g", name="G")
        await pair.do("update_node", uuid="a", io_id="a", value=3)
        await pair.do("save")
        before, saved = await pair.do("full_state", batches=True), process.saved()
        with pytest.raises(CommandError, match=text) as caught:
            await pair.do("load_data", data=data)
        assert caught.value.code == "DocumentError"
        after = await pair.do("full_state", batches=True)
        assert {**after, "seq": 0} == {**before, "seq": 0}
        await pair.do("save")
        assert process.saved() == saved


async def test_a_hostile_document_executes_nothing(process: Any, tmp_path: Path) -> None:
    async with paired(process) as pair:
        trap = tmp_path / "sprung"
        code = f"__import__('pathlib').Path({str(trap)!r}).touch()"
        pickled = f"cpathlib\nPath\n(S'{trap}'\ntR."
        tags = ("pickle", "eval", "exec", "object", "python/object/apply:os.system", "module", "bytes", "dict", "set")
        values = [{"$type": tag, "value": value} for tag in tags for value in (code, pickled, [[code, [pickled]]])]
        answer = await pair.do(
            "load_data",
            data={
                **with_value([*values, {"__reduce__": code, "py/object": code, "$type": ["x"]}]),
                "prop": {"__class__": code, "files_dir": code},
                "groups": {"__proto__": {"node_ids": ["x"], "meta": {"name": code, "__init__": code}}},
                "constructor": {"__import__": code},
            },
        )
        assert answer["problems"]
        node = (await pair.do("get_nodes"))[0]
        assert (node["uuid"], node["stale"]) == ("x", True)
        await pair.do("run")
        await pair.do("save")
        assert not trap.exists()
        assert (await pair.do("get_groups"))["__proto__"]["meta"]["name"] == code
