"""Texts of others stay texts: whatever a name, a log or an error holds, nothing of it runs in the page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

from hostile_graph import PATIENCE, add_all, inspected, open_editor, select
from hostile_pack import BY_NUMBER
from other_window import OtherWindow
from payloads import PAYLOADS
from playwright.sync_api import Page, expect
from servers import Server
from traps import Traps

Picture = Callable[[Page, str], Path]
Trap = Callable[..., Traps]

IN_A_LOG = 40


# --- the traps themselves ---------------------------------------------------------------------------


def test_a_page_without_defence_is_caught(trap: Trap) -> None:
    """The payloads are real and the traps work: what is live runs in a page that takes it for its own, and is seen."""
    traps = trap("unsafe.test", viewport=None)
    frames = (f'<iframe srcdoc="{html.escape(payload.shown)}"></iframe>' for payload in PAYLOADS)
    page = traps.open_text("http://unsafe.test/", f"<meta charset=utf-8>{''.join(frames)}")
    dangerous = {payload.number for payload in PAYLOADS if payload.live or payload.loads}
    assert len(dangerous) >= 60
    traps.wait_for(lambda caught: dangerous <= caught.numbers())
    assert any("__pwned" in sign for sign in traps.all_signs())
    for sign, action in (
        ("dialog", "() => alert('x')"),
        ("popup", "() => void window.open('/other')"),
        ("polluted", "() => { Object.prototype.polluted = 1; }"),
        ("error", "() => void setTimeout(() => { throw new Error('x'); })"),
    ):
        page.evaluate(action)
        traps.wait_for(lambda caught, sign=sign: any(sign in found for found in caught.all_signs()))
    page.evaluate("() => { location.href = '/again'; }")
    page.wait_for_url("**/again")
    assert any("navigation" in sign for sign in traps.signs)
    traps.forget()


# --- texts ------------------------------------------------------------------------------------------


def test_names_descriptions_ports_choices_and_values_are_texts(
    worker: OtherWindow, trap: Trap, hostile: Server, picture: Picture
) -> None:
    uuids = add_all(worker, lambda number: (f"hostile.named.{number}", {}))
    wires = [
        {
            "cmd": "add_edge",
            "kwargs": {"src_uuid": a, "src_io": f"{payload.text}.out", "dst_uuid": b, "dst_io": "typed"},
        }
        for payload, a, b in zip(PAYLOADS, uuids, uuids[1:], strict=False)
        if payload.shown == payload.text
    ]
    worker.ask("batch", commands=wires)
    traps = trap(hostile.host)
    editor = open_editor(traps, worker)
    expect(editor.edges()).to_have_count(len(wires), timeout=PATIENCE)
    picture(editor.page, "payloads-names")
    for payload, text in zip(PAYLOADS, inspected(editor), strict=True):
        assert text.count(payload.shown) >= 4, text
    library = editor.page.get_by_test_id("fn-library").text_content() or ""
    assert [payload for payload in PAYLOADS if payload.shown not in library] == []


def test_what_would_be_undone_is_a_text(worker: OtherWindow, trap: Trap, hostile: Server) -> None:
    uuid = worker.add("basic.number", "number", (0, 0))
    traps = trap(hostile.host, viewport=None)
    page = traps.open(worker.page)
    expect(page.get_by_test_id("fn-node")).to_be_visible()
    undo = page.get_by_test_id("fn-undo")
    for payload in PAYLOADS:
        worker.ask("update_node", uuid=uuid, name=payload.shown)
    expect(undo).to_have_attribute("title", re.compile(re.escape(PAYLOADS[-2].heart)))


def test_names_and_colours_of_groups_are_texts(worker: OtherWindow, trap: Trap, hostile: Server) -> None:
    uuids = add_all(worker, lambda number: ("basic.number", {}))
    for payload, uuid in zip(PAYLOADS, uuids, strict=True):
        made = worker.ask("group_nodes", nodes=[uuid], name=payload.shown)
        worker.ask("update_group", group_id=made["group_id"], meta={"color": payload.shown[:40]})
    page = open_editor(trap(hostile.host), worker).page
    titles = page.locator(".fn-group-title")
    expect(titles).to_have_count(len(PAYLOADS), timeout=PATIENCE)
    said = [text.strip() for text in titles.all_text_contents()]
    assert sorted(said) == sorted(payload.heart for payload in PAYLOADS)
    last = PAYLOADS[-1]
    title = titles.nth(said.index(last.heart))
    title.dispatch_event("contextmenu")
    page.get_by_role("menuitem", name="Rename").click()
    expect(page.get_by_label("Name of the group")).to_have_value(re.compile(re.escape(last.heart)))


# --- what nodes say while they run ------------------------------------------------------------------


def test_errors_are_texts(worker: OtherWindow, trap: Trap, hostile: Server) -> None:
    add_all(worker, lambda number: ("hostile.fail", {"number": number, "value": BY_NUMBER[number]}))
    editor = open_editor(trap(hostile.host), worker)
    errors = editor.root.locator(".fn-node-error-text")
    expect(errors).to_have_count(len(PAYLOADS), timeout=PATIENCE)
    for payload, short, whole in zip(PAYLOADS, errors.all_text_contents(), inspected(editor), strict=True):
        begin = payload.heart
        assert begin in short
        assert whole.count(begin) >= 3, whole  # the name, the message, and the end of the traceback


def test_progress_is_a_text(worker: OtherWindow, trap: Trap, hostile: Server) -> None:
    add_all(worker, lambda number: ("hostile.wait", {"number": number}))
    editor = open_editor(trap(hostile.host), worker)
    expect(editor.root.get_by_role("progressbar")).to_have_count(len(PAYLOADS), timeout=PATIENCE)
    feet = editor.root.locator(".fn-node-foot-text").all_text_contents()
    for payload, foot in zip(PAYLOADS, feet, strict=True):
        assert payload.heart in foot
    worker.ask("cancel")


def test_logs_are_texts(worker: OtherWindow, trap: Trap, hostile: Server) -> None:
    """Printed, warned of and logged; what is meant for a terminal is taken as one takes it, or left out."""
    page = trap(hostile.host, viewport=None).open(worker.page)
    for start in range(0, len(PAYLOADS), IN_A_LOG):
        some = PAYLOADS[start : start + IN_A_LOG]
        worker.add("hostile.talk", "talk", (0, 0), start=start, end=start + len(some))
        select(page)
        log = page.get_by_test_id("fn-log")
        expect(log).to_contain_text(f"{3 * len(some)} lines said")
        said = log.text_content() or ""
        assert "\x1b" not in said
        for payload in some:
            for line in payload.heart.split("\n") if payload.kind != "terminal" else []:
                assert re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", line) in said
        worker.ask("clear")
