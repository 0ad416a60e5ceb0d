"""Groups: frames around nodes and other groups, kept without a contradiction."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from funcnodes_jupyter.core import errors
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.facts import Fact, GroupsChanged
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("groups.plus")
def plus(a: int = 1) -> int:
    return a + 1


@pytest.fixture
def space() -> NodeSpace:
    made = NodeSpace(Library([Shelf("test", nodes=[plus])]))
    for uuid in "abcd":
        made.add_node_by_id("groups.plus", uuid=uuid)
    return made


def shape(space: NodeSpace) -> dict[str, tuple[str, list[str], str | None]]:
    """{group: (its nodes, the groups inside it, the group around it)}."""
    return {
        key: ("".join(group["node_ids"]), group["child_groups"], group["parent_group"])
        for key, group in space.groups.items()
    }


def test_the_view_is_a_mapping_of_copies(space: NodeSpace) -> None:
    assert (dict(space.groups), len(space.groups), "g" in space.groups) == ({}, 0, False)
    made = space.groups.add_group("g", ["a"], meta={"color": "red"})
    assert made == "g"
    record = space.groups["g"]
    assert record == {"node_ids": ["a"], "child_groups": [], "parent_group": None, "meta": {"color": "red"}}
    record["node_ids"].append("b")
    record["meta"]["color"] = "blue"
    assert space.groups["g"] == {
        "node_ids": ["a"], "child_groups": [], "parent_group": None, "meta": {"color": "red"},
    }  # fmt: skip
    assert (space.groups.get_group("g"), space.groups.get_group("x")) == (space.groups["g"], None)
    assert space.groups.get_all_groups() == dict(space.groups)
    assert (space.groups.find_group_of_node("a"), space.groups.find_group_of_node("b")) == ("g", None)


def nested(space: NodeSpace) -> None:
    """outer(c, inner(a, b))."""
    space.groups.group_together(["a", "b"], [], "inner")
    space.groups.group_together(["c"], ["inner"], "outer")


Change = Callable[[NodeSpace], Any]

CHANGES: list[tuple[str, Change, dict[str, tuple[str, list[str], str | None]]]] = [
    ("nothing", lambda s: None, {"inner": ("ab", [], "outer"), "outer": ("c", ["inner"], None)}),
    ("ungroup one", lambda s: s.groups.ungroup_nodes(["a"]), {"inner": ("b", [], "outer"), "outer": ("c", ["inner"], None)}),
    ("ungroup all of inner", lambda s: s.groups.ungroup_nodes("ab"), {"outer": ("c", [], None)}),
    ("ungroup all", lambda s: s.groups.ungroup_nodes("abc"), {}),
    ("remove outer", lambda s: s.groups.remove_group("outer"), {"inner": ("ab", [], None)}),
    ("remove inner", lambda s: s.groups.remove_group("inner"), {"outer": ("abc", [], None)}),
    ("remove outer and what is in it", lambda s: s.groups.remove_group("outer", recursive=True), {}),
    ("out of all", lambda s: s.groups.set_group_parent("inner", None), {"inner": ("ab", [], None), "outer": ("c", [], None)}),
    ("taken out of it", lambda s: s.groups.remove_nodes_from_group("inner", "abc"), {"outer": ("c", [], None)}),
    ("a node goes", lambda s: s.remove_node_by_id("c"), {"inner": ("ab", [], "outer"), "outer": ("", ["inner"], None)}),
    ("all nodes go", lambda s: [s.remove_node_by_id(u) for u in "abc"], {}),
    ("clear", lambda s: s.clear(), {}),
    ("a node moves", lambda s: s.groups.add_nodes_to_group("outer", ["a"]), {"inner": ("b", [], "outer"), "outer": ("ac", ["inner"], None)}),
    ("other members", lambda s: s.groups.set_members("inner", "bd"), {"inner": ("bd", [], "outer"), "outer": ("ac", ["inner"], None)}),
    ("no members", lambda s: s.groups.set_members("inner", []), {"outer": ("abc", [], None)}),
    (
        "group what stands inside",
        lambda s: s.groups.group_together(["a", "b"], [], "new"),
        {"new": ("ab", [], "inner"), "inner": ("", ["new"], "outer"), "outer": ("c", ["inner"], None)},
    ),
    (
        "group across",
        lambda s: s.groups.group_together(["a", "d"], [], "new"),
        {"new": ("ad", [], None), "inner": ("b", [], "outer"), "outer": ("c", ["inner"], None)},
    ),
    (
        "an empty one is made",
        lambda s: s.groups.add_group("new", parent_group="inner"),
        {"new": ("", [], "inner"), "inner": ("ab", ["new"], "outer"), "outer": ("c", ["inner"], None)},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_changes(space: NodeSpace, change: Change, expected: dict[str, Any]) -> None:
    nested(space)
    change(space)
    assert shape(space) == expected


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda s: s.groups.set_group_parent("outer", "inner"), errors.GroupCycleError, "outer in inner in outer"),
        (lambda s: s.groups.set_group_parent("outer", "outer"), errors.GroupCycleError, "outer in outer"),
        (lambda s: s.groups.group_together([], ["outer", "inner"]), errors.GroupCycleError, "inner in outer"),
        (lambda s: s.groups.set_group_parent("outer", "none"), errors.GroupNotFoundError, "no group 'none'"),
        (lambda s: s.groups.add_group("inner"), errors.GroupExistsError, "a group 'inner' already"),
        (lambda s: s.groups.group_together(["d", "x"], ["inner"]), errors.NodeNotFoundError, "no node 'x'"),
        (lambda s: s.groups.add_nodes_to_group("inner", ["d", "x"]), errors.NodeNotFoundError, "no node 'x'"),
        (lambda s: s.groups.set_members("inner", ["d", "x"]), errors.NodeNotFoundError, "no node 'x'"),
        (lambda s: s.groups.set_members("x", []), errors.GroupNotFoundError, "no group 'x'"),
        (lambda s: s.groups.nodes_within("x"), errors.GroupNotFoundError, "no group 'x'"),
        (lambda s: s.groups.remove_group("x"), errors.GroupNotFoundError, "no group 'x'"),
        (lambda s: s.groups.group_together(), ValueError, "at least one"),
        (lambda s: s.groups["x"], KeyError, "no group 'x'"),
    ],
)
def test_what_is_refused_changes_nothing(
    space: NodeSpace, change: Change, error: type[Exception], message: str
) -> None:
    nested(space)
    before = space.groups.serialize()
    with pytest.raises(error, match=message):
        change(space)
    assert space.groups.serialize() == before


def test_a_circle_is_named_from_the_inside_out(space: NodeSpace) -> None:
    nested(space)
    space.groups.group_together([], ["outer"], "outermost")
    assert space.groups.get_group_ancestors("inner") == ["outer", "outermost"]
    with pytest.raises(errors.GroupCycleError) as caught:
        space.groups.set_group_parent("outermost", "inner")
    assert caught.value.path == ("outermost", "inner", "outer", "outermost")


def test_what_stands_within_a_group_however_deep(space: NodeSpace) -> None:
    nested(space)
    assert [sorted(space.groups.nodes_within(key)) for key in ("inner", "outer")] == [["a", "b"], ["a", "b", "c"]]
    deep = {f"g{number}": {"parent_group": f"g{number - 1}"} for number in range(1, 2000)}
    space.groups.restore({**deep, "g0": {"node_ids": ["a"]}, "g1999": {**deep["g1999"], "node_ids": ["d"]}})
    assert space.groups.nodes_within("g0") == ["a", "d"]


def test_a_change_is_one_fact(space: NodeSpace) -> None:
    nested(space)
    told: list[Fact] = []
    space.subscribe(told.append)
    space.groups.group_together(["a", "b"], [], "new")
    assert told == [GroupsChanged(("inner", "new"))]
    told.clear()
    space.groups.set_group_meta("new", {"title": "x"})
    space.groups.set_group_meta("new", {"title": "x"})
    space.groups.ungroup_nodes(["d"])
    assert told == [GroupsChanged(("new",))]


def test_groups_survive_saving_with_what_is_not_known_of_them(space: NodeSpace) -> None:
    nested(space)
    document = json.loads(json.dumps(space.serialize()))
    document["groups"]["inner"]["from_the_future"] = [1]
    again = NodeSpace(space.lib)
    assert again.deserialize(document) == []
    assert again.serialize()["groups"] == document["groups"]
    again.groups.ungroup_nodes(["a"])
    assert again.groups["inner"]["from_the_future"] == [1]


def test_the_order_of_changes_leaves_no_trace(space: NodeSpace) -> None:
    nested(space)
    before = json.dumps(space.serialize()["groups"])
    space.groups.ungroup_nodes(["a"])
    space.groups.add_nodes_to_group("inner", ["a"])
    assert json.dumps(space.serialize()["groups"]) == before


@pytest.mark.parametrize(
    ("groups", "expected", "problem"),
    [
        ({"g": {"node_ids": ["a", "x"]}}, {"g": ("a", [], None)}, "'x' of the group 'g' is not there"),
        ({"g": {"node_ids": ["a"]}, "h": {"node_ids": ["a"]}}, {"g": ("a", [], None), "h": ("", [], None)}, "is in the group 'g'"),
        ({"g": {"parent_group": "h"}, "h": {"parent_group": "g"}}, {"g": ("", [], "h"), "h": ("", ["g"], None)}, "'h' cannot stand in 'g'"),
        ({"g": {"parent_group": "g"}}, {"g": ("", [], None)}, "'g' cannot stand in 'g'"),
        ({"g": {"parent_group": "x"}}, {"g": ("", [], None)}, "one is not there"),
        ({"g": {"child_groups": ["h"]}, "h": {}}, {"g": ("", ["h"], None), "h": ("", [], "g")}, ""),
        ({"g": 3, "h": {"node_ids": None, "meta": None}}, {"h": ("", [], None)}, "'g' is none"),
    ],
)  # fmt: skip
def test_groups_that_contradict_themselves_are_repaired(
    space: NodeSpace, groups: dict[str, Any], expected: dict[str, Any], problem: str
) -> None:
    problems = space.deserialize({**space.serialize(), "groups": groups})
    assert shape(space) == expected
    assert problem in " ".join(problems)
    assert bool(problems) == bool(problem)
