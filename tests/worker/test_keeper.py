"""What is on disk of a graph: as much as it is, after as little writing as its edits ask for."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from kept import Kept, found

from funcnodes_jupyter.core.errors import CycleError
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker import keeper
from funcnodes_jupyter.worker.errors import NotSavedError
from funcnodes_jupyter.worker.journal import Journal
from funcnodes_jupyter.worker.savedform import to_bytes
from funcnodes_jupyter.worker.trail import base_record, hash_of

Edit = Callable[[NodeSpace], Any]


@pytest.fixture
def kept(test_nodes: ModuleType, tmp_path: Path) -> Kept:
    """A graph with something of everything, all of it on disk."""
    space = NodeSpace(test_nodes.library())
    made = Kept(space, tmp_path)
    space.set_mode("paused")
    for uuid in ("a", "b", "c", "d", "e"):
        space.edits.add_node("t.add", uuid=uuid, properties={"frontend:pos": [1, 2], "own": 3})
    space.edits.add_node("t.fail", uuid="f")
    space.nodes["a"].inputs["a"].set_value(1)
    space.nodes["c"].inputs["a"].set_value([1, 2])
    space.connect("a.out", "b.a")
    space.connect("d.out", "a.b", feedback=True)
    space.nodes["e"].inputs["a"].set_value(1)
    space.nodes["f"].inputs["text"].set_value("no")
    space.groups.add_group("g", ["a", "b"])
    space.set_property("said", 1)
    asyncio.run(ran(space))
    space.nodes["e"].set_mode("frozen")
    made.keeper.record()
    return made


async def ran(space: NodeSpace) -> None:
    """Everything has run."""
    space.run(scope="all")
    await space.await_done()


def node_of(space: NodeSpace, uuid: str = "a") -> Any:
    return space.nodes[uuid]


EDITS: dict[str, Edit] = {
    "a value": lambda space: node_of(space).inputs["a"].set_value(5),
    "a value without a run": lambda space: node_of(space).inputs["a"].set_value(5, does_trigger=False),
    "no value": lambda space: space.edits.reset_value(node_of(space).inputs["a"]),
    "a value that has no form": lambda space: node_of(space).inputs["a"].set_value(object()),
    "an option": lambda space: node_of(space).inputs["a"].update_value_options(max=9),
    "a default": lambda space: setattr(node_of(space).inputs["b"], "default", 7),
    "that it triggers": lambda space: setattr(node_of(space).inputs["b"], "does_trigger", False),
    "something said": lambda space: node_of(space).outputs["out"].override(name="sum"),
    "what was said replaced": lambda space: node_of(space).outputs["out"].replace_overrides({"hidden": True}),
    "a name": lambda space: setattr(node_of(space), "name", "x"),
    "a property": lambda space: node_of(space).set_property("own", 4),
    "no property": lambda space: node_of(space).set_property("own", None),
    "a place": lambda space: node_of(space).set_property("frontend:pos", [3, 4]),
    "no place": lambda space: node_of(space).set_property("frontend:pos", None),
    "a mode": lambda space: node_of(space).set_mode("disabled"),
    "limits": lambda space: node_of(space).set_limits(3.0, 2),
    "an input": lambda space: node_of(space).add_input(NodeInput("more", type=int)),
    "an output": lambda space: node_of(space).add_output(NodeOutput("more")),
    "no input": lambda space: node_of(space, "b").remove_input("a"),
    "a node": lambda space: space.add_node_by_id("t.add", uuid="n", properties={"frontend:pos": [0, 0]}),
    "a node with edges": lambda space: add_connected(space),
    "no node": lambda space: space.remove_node_by_id("a"),
    "no node that failed": lambda space: space.remove_node_by_id("f"),
    "an edge to what held a value": lambda space: space.connect("b.out", "c.a"),
    "an edge in the place of another": lambda space: space.connect("c.out", "b.a", replace=True),
    "an edge in order": lambda space: space.connect("a._triggeroutput", "c._triggerinput"),
    "an input that follows another": lambda space: node_of(space, "c").inputs["a"].connect(node_of(space).inputs["a"]),
    "no edge": lambda space: space.disconnect("a.out", "b.a"),
    "no feedback": lambda space: space.disconnect("d.out", "a.b"),
    "feedback": lambda space: space.connect("b.out", "c.b", feedback=True),
    "a group": lambda space: space.groups.add_group("h", ["c"]),
    "a group around it": lambda space: space.groups.group_together((), ["g"], "h"),
    "no group": lambda space: space.groups.remove_group("g"),
    "a group with another title": lambda space: space.groups.set_group_meta("g", {"title": "x"}),
    "frozen": lambda space: node_of(space, "b").set_mode("frozen"),
    "not frozen": lambda space: node_of(space, "e").set_mode("enabled"),
    "what is frozen holds another value": lambda space: node_of(space, "e").outputs["out"].set_value(9),
    "that it failed": lambda space: (node_of(space).inputs["a"].set_value("x"), asyncio.run(ran(space))),
    "that it does not fail any more": lambda space: cured(space),
    "why it failed": lambda space: (node_of(space, "f").inputs["text"].set_value("why"), asyncio.run(ran(space))),
    "what failed is bypassed": lambda space: node_of(space, "f").set_mode("bypassed"),
    "a property of the graph": lambda space: space.set_property("said", 2),
    "no property of the graph": lambda space: space.remove_property("said"),
    "reactive": lambda space: space.set_mode("reactive"),
    "types that must fit": lambda space: setattr(space, "type_check", "refuse"),
    "nothing": lambda space: space.clear(),
    "another graph": lambda space: space.deserialize(
        {"nodes": [{"id": "z", "node_id": "gone"}], "edges": [["z", "o", "y", "i"], 3], "later": None}
    ),
    "cleared": lambda space: space.edits.clear(),
    "cleared and taken back": lambda space: (space.edits.clear(), space.undo()),
    "removed and taken back": lambda space: (space.edits.remove_node(node_of(space)), space.undo()),
    "an edit that failed midway": lambda space: fails_midway(space),
}


def add_connected(space: NodeSpace) -> None:
    cls = space.lib.get_node_by_id("t.add")
    first, second = cls(uuid="n"), cls(uuid="m")
    first.outputs["out"].connect(second.inputs["a"])
    space.add_node_instance(first)
    space.add_node_instance(second)


def cured(space: NodeSpace) -> None:
    node_of(space, "f").callee = lambda text: text  # it is the function that is another
    asyncio.run(ran(space))
    assert node_of(space, "f").error is None


def fails_midway(space: NodeSpace) -> None:
    def several() -> None:
        with space.history.step("several"):
            space.edits.remove_node(node_of(space, "c"))
            space.edits.connect(node_of(space, "b").outputs["out"], node_of(space).inputs["a"], replace=True)

    with pytest.raises(CycleError):
        several()


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_whatever_is_edited_is_on_disk(kept: Kept, edit: Edit) -> None:
    before = to_bytes(kept.space.serialize())
    edit(kept.space)
    kept.keeper.record()
    kept.compare()
    kept.keeper.rewrite()
    kept.compare()
    if edit not in (
        EDITS["an edit that failed midway"],
        EDITS["removed and taken back"],
        EDITS["cleared and taken back"],
    ):
        assert to_bytes(kept.space.serialize()) != before


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_it_is_asked_for_whenever_something_is_to_be_saved(
    test_nodes: ModuleType, kept: Kept, tmp_path: Path, edit: Edit
) -> None:
    """In the next life of the worker, too."""
    asked: list[Any] = []
    kept.keeper.rewrite()
    space = NodeSpace(test_nodes.library())
    again = Kept(space, tmp_path, asked.append)
    again.compare()
    edit(space)
    assert asked
    again.keeper.record()
    again.compare()


# --- no more than that --------------------------------------------------------------------------


def journal_of(kept: Kept) -> Path:
    return kept.keeper._files.paths.journal


def test_an_edit_writes_what_it_changed_and_nothing_else(kept: Kept) -> None:
    kept.save()
    node_of(kept.space).set_property("frontend:pos", [7, 8])
    kept.keeper.record()
    base, patch = [json.loads(line[9:]) for line in journal_of(kept).read_text().splitlines()]
    assert list(base) == ["base", "format"]
    assert patch == {"gone": {}, "new": {"view": {"a": {"pos": [7, 8]}}}}


def test_what_comes_to_the_same_writes_nothing(kept: Kept) -> None:
    before = journal_of(kept).read_bytes()
    port = node_of(kept.space).inputs["a"]
    port.set_value(5)
    port.set_value(1)
    kept.space.edits.remove_node(node_of(kept.space, "c"))
    kept.space.undo()
    kept.keeper.record()
    assert journal_of(kept).read_bytes() == before


def test_a_document_that_comes_to_the_same_is_not_written(kept: Kept) -> None:
    kept.save()
    document = kept.keeper._files.paths.document
    before = document.stat().st_mtime_ns
    for name in ("x", ""):
        node_of(kept.space).name = name
        kept.keeper.record()
    assert kept.keeper.behind
    kept.keeper.rewrite()
    assert (document.stat().st_mtime_ns, kept.keeper.behind) == (before, False)


# --- at one moment --------------------------------------------------------------------------------


def test_edits_between_two_slices_are_in_it_whole_or_not_at_all(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the graph is, the lock is free in between; what is read is the graph of one moment all the same."""
    monkeypatch.setattr(keeper, "SLICE", 2)
    slept = 0

    def edited_meanwhile(seconds: float) -> None:
        nonlocal slept
        slept += 1
        assert not kept.space.lock._is_owned()
        if slept > 12:
            return
        for uuid in kept.space.nodes:
            node_of(kept.space, uuid).name = f"{slept}"
        kept.space.remove_node_by_id(next(iter(kept.space.nodes))) if slept == 5 else None

    monkeypatch.setattr(keeper, "sleep", edited_meanwhile)
    kept.space.edits.clear()
    kept.space.undo()
    kept.keeper.record()
    assert slept > 12
    kept.compare()


def test_who_edits_without_pause_does_not_keep_it_from_being_saved(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "SLICE", 1)

    def edited_meanwhile(seconds: float) -> None:
        for uuid in kept.space.nodes:
            node_of(kept.space, uuid).name += "x"

    monkeypatch.setattr(keeper, "sleep", edited_meanwhile)
    edited_meanwhile(0)
    kept.keeper.record()
    kept.compare()


# --- what cannot be written -----------------------------------------------------------------------


def test_what_has_no_form_is_named_and_the_rest_is_saved(kept: Kept) -> None:
    node_of(kept.space).set_property("own", {(1, 2): 3})
    node_of(kept.space, "b").name = "saved"
    for _ in range(2):
        with pytest.raises(NotSavedError, match="Add has no saved form: TypeError"):
            kept.keeper.record()
    _, document = found(kept.folder)
    assert document is not None
    assert [node["name"] for node in document["nodes"] if node["id"] == "b"] == ["saved"]
    node_of(kept.space).set_property("own", 4)
    kept.keeper.record()
    kept.compare()


def test_a_journal_that_somebody_took_away_is_written_anew(kept: Kept) -> None:
    kept.save()
    node_of(kept.space).name = "x"
    kept.keeper.record()
    journal_of(kept).unlink()
    node_of(kept.space, "b").name = "y"
    with pytest.raises(FileNotFoundError):
        kept.keeper.record()
    kept.keeper.record()
    kept.compare()
    kept.keeper.rewrite()
    kept.compare()


def test_a_journal_of_which_a_part_is_gone_is_written_anew(kept: Kept) -> None:
    os.truncate(journal_of(kept), 30)
    node_of(kept.space).name = "x"
    with pytest.raises(FileNotFoundError, match="part of the journal"):
        kept.keeper.record()
    kept.keeper.rewrite()  # before it is tried again: the graph as it was
    kept.keeper.record()
    kept.compare()


def test_what_an_older_version_wrote_is_written_anew_as_a_whole(kept: Kept, test_nodes: ModuleType) -> None:
    kept.save()
    paths = kept.keeper._files.paths
    older = paths.document.read_bytes().replace(b'"format": 1', b'"format": 0')
    paths.document.write_bytes(older)
    Journal(paths.journal).start([base_record(hash_of(older))])
    again = Kept(NodeSpace(test_nodes.library()), kept.folder)
    node_of(again.space).name = "x"
    again.keeper.record()
    again.compare()


# --- the files of others --------------------------------------------------------------------------


def test_what_others_wrote_is_not_written_before_it_is_edited(test_nodes: ModuleType, tmp_path: Path) -> None:
    """An edge the other way round, a layout of no node: then they are what this program makes of them."""
    document = {
        "format": 1,
        "nodes": [{"id": uuid, "node_id": "t.add"} for uuid in "ab"],
        "edges": [["b", "a", "a", "out"], "?"],
        "view": {"gone": {"pos": [1, 2]}},
        "later": None,
    }
    path = tmp_path / "nodespace.json"
    path.write_text(json.dumps(document, indent=2))
    before = path.read_bytes()
    kept = Kept(NodeSpace(test_nodes.library()), tmp_path)
    assert len(kept.problems) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["nodespace.json"]
    kept.space.disconnect("a.out", "b.a")
    kept.keeper.record()
    assert path.read_bytes() == before
    kept.compare()
    kept.keeper.rewrite()
    kept.compare()
    saved = json.loads(path.read_bytes())
    assert (saved["edges"], saved["view"], saved["later"]) == (["?"], {}, None)
