"""Exported pages run nothing of what a stranger wrote into the notebook, and fetch nothing for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alone_page import exported
from editor_page import EditorPage
from hostile_graph import PATIENCE, expect_drawn, expect_names, inspected, places
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_output
from payloads import HOST, PAYLOADS, Payload
from playwright.sync_api import Page, expect
from traps import Traps

from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.worker.viewing import state_of_document
from notebooks import MIMETYPE, notebook, words

Trap = Callable[..., Traps]
Picture = Callable[[Page, str], Path]

KINDS = {kind: list(group) for kind, group in itertools.groupby(PAYLOADS, lambda payload: payload.kind)}
CLOSING = [payload for payload in PAYLOADS if "</script" in payload.text and "\x00" not in payload.text][:6]
"""Those that could end what they stand in."""
REFRESH = [
    f"<meta http-equiv=refresh content='0;url=http://{HOST}/'>",
    f"<noscript><p title=\"</noscript><meta HTTP-EQUIV='refresh' content='0;url=http://{HOST}/'>\"></noscript>",
    f"<svg></p><style><a id=\"</style><meta http-equiv=refresh content='0;url=http://{HOST}/'>\">",
    f"<link rel=stylesheet href=http://{HOST}/a.css><base href=http://{HOST}/><img src=a.png>",
    f"<iframe srcdoc=\"<meta http-equiv=refresh content='0;url=http://{HOST}/'>\"></iframe>",
]


def shown_everywhere(text: str) -> list[Any]:
    """Cells with a text in all that a page shows as more than a text."""
    mimes = ("text/html", "text/markdown", "text/latex", "image/svg+xml", "text/vnd.mermaid", "application/javascript")
    outputs = [new_output("display_data", {mime: text}) for mime in mimes]
    return [words(text), new_code_cell(text, outputs=[*outputs, new_output("stream", text=text)])]


def page_of(texts: list[str], path: Path) -> Path:
    cells = [cell for text in texts for cell in shown_everywhere(text)]
    return exported(notebook(*cells, title=texts[0]), path)


@pytest.mark.parametrize("kind", KINDS)
def test_cells_and_outputs_run_nothing(trap: Trap, tmp_path: Path, kind: str) -> None:
    path = page_of([payload.shown for payload in KINDS[kind] if "\x00" not in payload.shown], tmp_path / "a.html")
    page = trap("", viewport=None).open(path.as_uri())
    expect(page.locator("main")).to_have_count(1)


@pytest.mark.parametrize("text", REFRESH)
def test_no_text_leads_the_page_elsewhere(trap: Trap, tmp_path: Path, text: str) -> None:
    traps = trap("", viewport=None)
    page = traps.open(page_of([text], tmp_path / "a.html").as_uri())
    # A refresh after no time at all comes before the second frame.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.url == (tmp_path / "a.html").as_uri()


def test_they_would_in_a_page_of_nbconvert(trap: Trap, tmp_path: Path) -> None:
    """What is held here is seen where nothing holds it."""
    texts = [payload.shown for payload in KINDS["script"] if payload.live and "\x00" not in payload.shown]
    text, _ = HTMLExporter().from_notebook_node(notebook(*(words(each) for each in texts)))  # type: ignore[no-untyped-call]
    (tmp_path / "a.html").write_text(text, "utf-8", "replace")
    traps = trap("", viewport=None)
    traps.open((tmp_path / "a.html").as_uri())
    traps.wait_for(lambda caught: len(caught.numbers()) >= len(texts) // 2)
    traps.forget()


def test_graphs_of_a_stranger_run_nothing(trap: Trap, tmp_path: Path, picture: Picture) -> None:
    """Payloads in all that a saved state tells of nodes, ports, values, errors, logs, groups and edges."""
    path = tmp_path / "a.html"
    exported(notebook(new_code_cell("flow", outputs=[output_of(hostile_state(), "x")])), path)
    page = trap("").open(path.as_uri())
    expect(page.locator(".fn-viewer")).to_have_attribute("data-live", "", timeout=PATIENCE)
    page.add_style_tag(content=".fn-viewer-canvas { position: fixed !important; inset: 0; height: auto; z-index: 9 }")
    editor = EditorPage(page, page.locator("body"))
    editor.root.get_by_label("Show the whole graph").click()
    expect_names(editor)
    picture(page, "payloads-exported")
    for payload, text in zip(PAYLOADS, inspected(editor), strict=True):
        assert text.count(payload.heart) >= 3, payload.number


def test_previews_of_a_stranger_are_shown_in_a_sandbox(trap: Trap, tmp_path: Path) -> None:
    some = [payload for payload in PAYLOADS if payload.live][::6]
    state = state_of(some)
    state["previews"] = [
        {"node": node["uuid"], "io": "out", "data": {"text/html": f"<i>kept</i>{payload.shown}"}}
        for node, payload in zip(state["nodes"], some, strict=True)
    ]
    for node, place in zip(state["nodes"], range(0, 230 * len(some), 230), strict=True):
        node.update(preview_io="out", pos=[place, 0])
    path = tmp_path / "a.html"
    exported(notebook(new_code_cell("flow", outputs=[output_of(state, "x")])), path)
    expect_drawn(trap("", viewport=None).open(path.as_uri()), len(some), "kept")


@pytest.mark.parametrize("payload", CLOSING)
def test_the_name_and_the_picture_of_a_graph(trap: Trap, tmp_path: Path, payload: Payload) -> None:
    path = tmp_path / "a.html"
    output = output_of(state_of([payload]), payload.shown, picture=f"<svg xmlns='http://www.w3.org/2000/svg'>{payload.shown}</svg>")  # fmt: skip
    exported(notebook(new_code_cell("flow", outputs=[output])), path)
    page = trap("").open(path.as_uri())
    expect(page.locator(".fn-node-title")).to_have_text(payload.shown)
    expect(page.locator(".fn-viewer > img")).to_have_attribute("alt", f"The graph {payload.shown}")


def output_of(state: dict[str, Any], name: str, picture: str = "") -> Any:
    held = {"name": name, "document": {"format": 1, "nodes": [], "edges": []}, "state": {**state, "worker": {"uuid": "", "name": name}}}  # fmt: skip
    return new_output("display_data", {MIMETYPE: held, "image/svg+xml": picture, "text/plain": "x"})


def state_of(payloads: list[Payload]) -> dict[str, Any]:
    """A node a payload, each bearing its payload as its name."""
    nodes = [
        {"id": f"n{payload.number}", "node_id": "basic.text", "name": payload.shown, "io": {}} for payload in payloads
    ]
    document = {"format": 1, "nodes": nodes, "edges": []}
    state: dict[str, Any] = msgspec.to_builtins(state_of_document("x", document))
    return state


def hostile_state() -> dict[str, Any]:
    state = state_of(PAYLOADS)
    for node, payload, place in zip(state["nodes"], PAYLOADS, places().values(), strict=True):
        text = payload.shown
        value = {"text": text, "type": text, "value": text}
        node.update(pos=place, title=text, description=text, state="error", log={"first": 0, "lines": [{"text": text}]})
        node["error"] = {"text": text, "type": text, "traceback": text, "inputs": {text: text}}
        for port in node["io"]:
            port.update(name=text, description=text, value=value, value_options={"options": [text]})
    ids = [node["uuid"] for node in state["nodes"]]
    state["edges"] = [[first, "out", second, "value"] for first, second in itertools.pairwise(ids)]
    state["groups"] = {
        text: {"node_ids": [uuid], "child_groups": [], "parent_group": None, "meta": {"name": text, "color": text}}
        for uuid, text in zip(ids, (payload.shown for payload in PAYLOADS), strict=True)
    }
    msgspec.convert(state, FullState)  # it is read as what it is
    return state
