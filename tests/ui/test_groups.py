"""Frames around nodes: made, named, moved, coloured and taken away by mouse and keys, in every window."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor_page import EditorPage
from other_window import OtherWindow
from playwright.sync_api import Locator, Page, expect

Picture = Callable[[Page, str], Path]
Show = Callable[..., EditorPage]


@pytest.fixture
def graph(other: OtherWindow) -> OtherWindow:
    """``one`` and ``two`` → ``sum`` → ``product``."""
    one = other.add("basic.number", "one", (80, 120), value=1)
    two = other.add("basic.number", "two", (80, 300), value=2)
    total = other.add("basic.add", "sum", (400, 180))
    product = other.add("basic.multiply", "product", (720, 180), b=10)
    other.connect(one, "out", total, "a")
    other.connect(two, "out", total, "b")
    other.connect(total, "out", product, "a")
    return other


def frame(editor: EditorPage, name: str) -> Locator:
    return editor.root.locator(f'[data-testid="fn-group"][data-group-name="{name}"]')


def frames(editor: EditorPage) -> Locator:
    return editor.root.get_by_test_id("fn-group")


def box(thing: Locator) -> dict[str, Any]:
    found = thing.bounding_box()
    assert found is not None
    return dict(found)


def holds(outer: Locator, inner: Locator) -> bool:
    """Whether one thing stands within another on the screen."""
    a, b = box(outer), box(inner)
    return bool(
        a["x"] < b["x"]
        and a["y"] < b["y"]
        and b["x"] + b["width"] < a["x"] + a["width"]
        and b["y"] + b["height"] < a["y"] + a["height"]
    )


def select(editor: EditorPage, *names: str) -> None:
    """Select these nodes and nothing else."""
    editor.click_canvas()
    for number, name in enumerate(names):
        editor.node(name).click(position={"x": 60, "y": 16}, modifiers=["Control"] if number else [])
    for name in names:
        expect(editor.node(name)).to_have_attribute("data-selected", "true")


def group(editor: EditorPage, *names: str) -> None:
    before = frames(editor).count()
    select(editor, *names)
    editor.page.keyboard.press("Control+g")
    expect(frames(editor)).to_have_count(before + 1)


def rename(editor: EditorPage, old: str, new: str) -> None:
    frame(editor, old).locator(".fn-group-title").dblclick()
    field = editor.root.get_by_label("Name of the group")
    field.fill(new)
    field.press("Enter")
    expect(frame(editor, new)).to_be_visible()


def drag_title(editor: EditorPage, name: str, dx: float, dy: float) -> None:
    title = box(frame(editor, name).locator(".fn-group-title"))
    x, y = title["x"] + 12, title["y"] + title["height"] / 2
    mouse = editor.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + dx / 2, y + dy / 2)
    mouse.move(x + dx, y + dy)
    mouse.up()


def places(other: OtherWindow) -> dict[str, Any]:
    return {name: node["pos"] for name, node in other.nodes().items()}


def test_selected_nodes_are_grouped_named_and_freed_in_every_window(
    graph: OtherWindow, show: Show, picture: Picture
) -> None:
    editor, second = show(), show()
    group(editor, "one", "two")
    assert holds(frame(editor, "Group"), editor.node("one"))
    assert holds(frame(editor, "Group"), editor.node("two"))
    assert not holds(frame(editor, "Group"), editor.node("sum"))
    rename(editor, "Group", "Numbers")
    expect(frame(second, "Numbers")).to_be_visible()
    assert holds(frame(second, "Numbers"), second.node("two"))
    picture(editor.page, "group")
    editor.page.reload()
    expect(frame(editor, "Numbers")).to_be_visible()
    frame(editor, "Numbers").locator(".fn-group-title").click()
    editor.page.keyboard.press("Control+Shift+g")
    expect(frames(editor)).to_have_count(0)
    expect(frames(second)).to_have_count(0)
    editor.page.keyboard.press("Control+z")
    expect(frame(second, "Numbers")).to_be_visible()
    expect(editor.nodes()).to_have_count(4)


def test_the_title_moves_all_that_stands_in_the_frame_in_one_step(graph: OtherWindow, show: Show) -> None:
    editor, second = show(), show()
    group(editor, "one", "two")
    rename(editor, "Group", "Numbers")
    before, seen = places(graph), box(frame(second, "Numbers"))
    drag_title(editor, "Numbers", 0, 90)
    expect(editor.page.get_by_test_id("fn-undo")).to_have_attribute("title", "Undo: Move Numbers  Ctrl+Z")
    after = places(graph)
    assert after["sum"] == before["sum"]
    moved = {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in ("one", "two")}
    assert moved["one"] == moved["two"]
    assert moved["one"][0] == 0
    assert moved["one"][1] > 40
    second.page.wait_for_function(
        "([before]) => document.querySelector('[data-testid=fn-group]').getBoundingClientRect().y > before + 20",
        arg=[seen["y"]],
    )
    assert holds(frame(editor, "Numbers"), editor.node("one"))
    editor.page.keyboard.press("Control+z")
    expect(editor.page.get_by_test_id("fn-undo")).to_have_attribute("title", "Undo: Rename group  Ctrl+Z")
    assert places(graph) == before
    # a press that does not move selects the frame, and leaves everything where it is
    frame(editor, "Numbers").locator(".fn-group-title").click()
    expect(frame(editor, "Numbers")).to_have_attribute("data-selected", "true")
    assert places(graph) == before


def test_a_frame_follows_its_nodes(graph: OtherWindow, show: Show) -> None:
    editor = show()
    group(editor, "one", "two")
    editor.click_canvas()
    start = box(editor.node("two"))
    mouse = editor.page.mouse
    mouse.move(start["x"] + 60, start["y"] + 16)
    mouse.down()
    mouse.move(start["x"] + 70, start["y"] + 80)
    mouse.move(start["x"] + 70, start["y"] + 120)
    assert holds(frame(editor, "Group"), editor.node("two"))
    mouse.up()
    assert holds(frame(editor, "Group"), editor.node("two"))


def test_groups_stand_in_groups(graph: OtherWindow, show: Show, picture: Picture) -> None:
    editor = show()
    group(editor, "one", "two")
    rename(editor, "Group", "Numbers")
    group(editor, "one", "two", "sum")
    rename(editor, "Group", "Adding up")
    assert holds(frame(editor, "Adding up"), frame(editor, "Numbers"))
    assert holds(frame(editor, "Numbers"), editor.node("one"))
    picture(editor.page, "groups-nested")
    before = places(graph)
    drag_title(editor, "Adding up", 0, -60)
    expect(editor.page.get_by_test_id("fn-undo")).to_have_attribute("title", "Undo: Move Adding up  Ctrl+Z")
    after = places(graph)
    assert {name for name in after if after[name] != before[name]} == {"one", "two", "sum"}
    # what is grouped already is not grouped once more
    select(editor, "one", "two", "sum")
    editor.page.keyboard.press("Control+g")
    editor.page.keyboard.press("Control+Shift+g")
    expect(frames(editor)).to_have_count(1)
    expect(frame(editor, "Numbers")).to_be_visible()


def test_delete_takes_the_frame_and_leaves_its_nodes(graph: OtherWindow, show: Show) -> None:
    editor = show()
    group(editor, "one", "two")
    frame(editor, "Group").locator(".fn-group-title").click()
    editor.page.keyboard.press("Delete")
    expect(frames(editor)).to_have_count(0)
    expect(editor.nodes()).to_have_count(4)
    editor.page.keyboard.press("Control+z")
    expect(frames(editor)).to_have_count(1)
    select(editor, "one", "two")
    editor.page.keyboard.press("Delete")
    expect(editor.nodes()).to_have_count(2)
    expect(frames(editor)).to_have_count(0)
    editor.page.keyboard.press("Control+z")
    expect(editor.nodes()).to_have_count(4)
    assert holds(frame(editor, "Group"), editor.node("one"))


def test_menus_have_the_verbs_and_their_keys(graph: OtherWindow, show: Show, picture: Picture) -> None:
    editor = show()
    select(editor, "one", "two")
    editor.node("one").click(position={"x": 60, "y": 16}, button="right")
    item = editor.page.get_by_role("menuitem", name="Group")
    expect(item).to_contain_text("Ctrl+G")
    picture(editor.page, "group-node-menu")
    item.click()
    frame(editor, "Group").locator(".fn-group-title").click(button="right")
    menu = editor.page.get_by_role("menu", name="Group")
    expect(menu.get_by_role("menuitem", name="Ungroup")).to_contain_text("Ctrl+Shift+G")
    picture(editor.page, "group-menu")
    menu.get_by_role("menuitemradio", name="green").click()
    expect(frame(editor, "Group")).to_have_attribute("data-color", "green")
    frame(editor, "Group").get_by_role("button", name="What to do with the group").click()
    editor.page.get_by_role("menuitem", name="Select its nodes").click()
    expect(editor.node("two")).to_have_attribute("data-selected", "true")
    inspector = editor.page.get_by_test_id("fn-inspector")
    expect(inspector.get_by_role("button", name="Group Ctrl+G", exact=True)).to_be_disabled()
    inspector.get_by_role("button", name="Ungroup").click()
    expect(frames(editor)).to_have_count(0)


def test_a_node_that_is_added_by_key_stands_beside_a_frame(graph: OtherWindow, show: Show) -> None:
    editor = show()
    group(editor, "one", "two", "sum", "product")
    editor.page.get_by_test_id("fn-add").click()
    editor.page.keyboard.type("true or false")
    editor.page.keyboard.press("Enter")
    expect(editor.nodes()).to_have_count(5)
    around, added = box(frame(editor, "Group")), box(editor.node("True or False"))
    assert (
        added["x"] > around["x"] + around["width"]
        or added["x"] + added["width"] < around["x"]
        or added["y"] > around["y"] + around["height"]
        or added["y"] + added["height"] < around["y"]
    )


def test_nodes_join_a_group_and_leave_it(graph: OtherWindow, show: Show) -> None:
    editor = show()
    group(editor, "one", "two")
    rename(editor, "Group", "Numbers")
    select(editor, "one", "two", "sum")
    editor.node("sum").click(position={"x": 60, "y": 16}, button="right")
    editor.page.get_by_role("menuitem", name="Add to Numbers").click()
    expect(editor.page.get_by_test_id("fn-undo")).to_have_attribute("title", "Undo: Change Numbers  Ctrl+Z")
    assert holds(frame(editor, "Numbers"), editor.node("sum"))
    select(editor, "two")
    editor.node("two").click(position={"x": 60, "y": 16}, button="right")
    editor.page.get_by_role("menuitem", name="Take out of group").click()
    (record,) = graph.ask("get_groups").values()
    uuids = {name: node["uuid"] for name, node in graph.nodes().items()}
    assert set(record["node_ids"]) == {uuids["one"], uuids["sum"]}


def test_what_is_tidied_up_keeps_its_frames_apart_and_in_view(graph: OtherWindow, show: Show, picture: Picture) -> None:
    uuids = {name: node["uuid"] for name, node in graph.nodes().items()}
    far = graph.add("basic.number", "far", (80, 2400), value=7)
    graph.ask("group_nodes", nodes=[uuids["one"], uuids["sum"]], name="Inner", group_id="inner")
    graph.ask("group_nodes", nodes=[uuids["product"]], groups=["inner"], name="Outer", group_id="outer")
    graph.ask("group_nodes", nodes=[uuids["two"], far], name="Tall", group_id="tall")
    editor = show()
    bar = box(editor.page.get_by_role("toolbar"))
    for name in ("Inner", "Outer", "Tall"):
        assert box(frame(editor, name))["y"] > bar["y"] + bar["height"]
    editor.page.get_by_role("button", name="Tidy up").click()
    expect(editor.page.get_by_test_id("fn-undo")).to_have_attribute("title", re.compile("Undo: Move"))
    expect(editor.node("far")).to_be_in_viewport()
    inner, outer, tall = (box(frame(editor, name)) for name in ("Inner", "Outer", "Tall"))
    assert holds(frame(editor, "Outer"), frame(editor, "Inner"))
    assert (
        tall["x"] + tall["width"] < outer["x"]
        or tall["y"] + tall["height"] < outer["y"]
        or (outer["y"] + outer["height"] < tall["y"])
    )
    assert not holds(frame(editor, "Inner"), editor.node("product"))
    assert inner["y"] > bar["y"] + bar["height"]
    picture(editor.page, "groups-tidy")


def test_what_stands_on_a_frame_is_the_canvas(graph: OtherWindow, show: Show) -> None:
    """Wires and the bare canvas can be reached through it."""
    editor = show()
    group(editor, "one", "two", "sum")
    edge = editor.edge("one", "out", "sum", "a")
    editor.click_edge(edge)
    editor.page.keyboard.press("Delete")
    expect(editor.edges()).to_have_count(2)
    select(editor, "product")
    inside = box(editor.node("two"))
    editor.page.mouse.click(inside["x"] + inside["width"] + 12, inside["y"] + inside["height"] / 2)
    expect(editor.node("product")).not_to_have_attribute("data-selected", "true")
    expect(frames(editor)).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_frames_in_every_colour(graph: OtherWindow, show: Show, picture: Picture, scheme: str) -> None:
    colors = ("", "blue", "green", "amber", "orange", "pink")
    uuids = {name: node["uuid"] for name, node in graph.nodes().items()}
    graph.ask("group_nodes", nodes=[uuids["one"], uuids["two"]], name="Numbers", group_id="numbers")
    graph.ask("update_group", group_id="numbers", meta={"color": "green"})
    graph.ask("group_nodes", nodes=[uuids["sum"]], groups=["numbers"], name="Adding up", group_id="outer")
    for number, color in enumerate(colors):
        made = graph.add("basic.number", f"n{number}", (80 + 260 * number, 560), value=number)
        graph.ask("group_nodes", nodes=[made], name=color.capitalize(), group_id=f"g{number}")
        graph.ask("update_group", group_id=f"g{number}", meta={"color": color})
    editor = show(color_scheme=scheme)
    expect(frames(editor)).to_have_count(2 + len(colors))
    frame(editor, "Blue").locator(".fn-group-title").click()
    backgrounds = frames(editor).evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    assert len(set(backgrounds)) == len(colors)
    picture(editor.page, f"groups-{scheme}")
