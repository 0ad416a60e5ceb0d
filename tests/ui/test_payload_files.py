"""Saved graphs and records that a stranger wrote run nothing in the page that shows them."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from editor_page import EditorPage
from hostile_graph import PATIENCE, expect_drawn, inspected, open_editor, places
from other_window import OtherWindow
from payloads import PAYLOADS
from playwright.sync_api import Page, expect
from servers import Server
from traps import Traps

Picture = Callable[[Page, str], Path]
Trap = Callable[..., Traps]


@pytest.fixture
def reopened(hostile: Server, environment: dict[str, str]) -> Iterator[Callable[..., OtherWindow]]:
    """Starts a worker on a saved graph, with last previews, that it did not write itself."""
    opened: list[OtherWindow] = []

    def start(graph: dict[str, Any], previews: Sequence[dict[str, Any]] = ()) -> OtherWindow:
        name = f"saved-{secrets.token_hex(3)}"
        uuid = hostile.api("funcnodes/api/workers", "POST", {"name": name, "start": False})["uuid"]
        folder = Path(environment["FUNCNODES_CONFIG_DIR"]) / "workers" / uuid
        folder.mkdir(exist_ok=True)
        (folder / "nodespace.json").write_text(json.dumps({"format": 1, "edges": [], **graph}))
        (folder / "previews.json").write_text(json.dumps(previews))
        opened.append(OtherWindow(hostile, name))
        return opened[-1]

    yield start
    for window in opened:
        window.close()
        hostile.api(f"funcnodes/api/workers/{window.uuid}", "DELETE")


def test_a_saved_graph_of_a_stranger_runs_nothing(
    reopened: Callable[..., OtherWindow], trap: Trap, hostile: Server, picture: Picture
) -> None:
    """Payloads as ids of nodes, classes and ports, in errors, groups and edges, and what is told about all of them."""
    texts = [payload.shown for payload in PAYLOADS]
    port = {"name": "x", "description": "x", "value": "x", "type": "x", "value_options": {"options": ["x"]}}
    error = {"text": "x", "type": "x", "traceback": "x", "function": "x", "line": 1, "inputs": {"x": "x"}}

    def filled(form: Any, text: str) -> Any:
        return json.loads(json.dumps(form).replace('"x"', json.dumps(text)))

    # Of a node that is called like its id only the class is shown.
    ids = [*texts[1:], texts[0]]
    nodes = [
        {"id": uuid, "node_id": text, "name": text, "io": filled({"x": port}, text)}
        for uuid, text in zip(ids, texts, strict=True)
    ]
    edges = [[first, f"{first}.out", second, second] for first, second in pairwise(ids)]
    worker = reopened(
        {
            "nodes": nodes,
            "edges": [*edges, *filled([["x", "x", "x", "x"], "x"], texts[0])],
            "view": {uuid: {"pos": pos} for uuid, pos in zip(ids, places().values(), strict=True)},
            "errors": {uuid: filled(error, text) for uuid, text in zip(ids, texts, strict=True)},
            "groups": {uuid: {"node_ids": [uuid], "meta": {"name": uuid}} for uuid in ids},
            "prop": {text: text for text in texts},
        }
    )
    editor = open_editor(trap(hostile.host), worker)
    expect(editor.edges()).to_have_count(len(edges), timeout=PATIENCE)
    expect(editor.page.get_by_test_id("fn-notice")).to_contain_text(texts[0])
    assert where_nodes_are(editor) == [f"translate({x}px, {y}px)" for x, y in places().values()]
    picture(editor.page, "payloads-saved")
    for payload, text in zip(PAYLOADS, inspected(editor), strict=True):
        assert text.count(payload.heart) >= 4
    editor.root.get_by_role("button", name="Tidy up").click()
    expect(editor.page.get_by_test_id("fn-undo")).to_have_attribute("title", re.compile("Move"))
    assert all(re.fullmatch(r"translate\(-?\d+px, -?\d+px\)", place) for place in where_nodes_are(editor))


def where_nodes_are(editor: EditorPage) -> list[str]:
    found: list[str] = editor.nodes().evaluate_all(
        "nodes => nodes.map(node => node.closest('.react-flow__node').style.transform)"
    )
    return found


def test_last_previews_of_a_stranger_run_nothing(
    reopened: Callable[..., OtherWindow], trap: Trap, hostile: Server
) -> None:
    some = [payload for payload in PAYLOADS if payload.live][::4]
    nodes = [{"id": f"n{payload.number}", "node_id": "hostile.html", "io": {}} for payload in some]
    view = {node["id"]: {"pos": [index * 230, 0]} for index, node in enumerate(nodes)}
    previews = [
        {
            "type": "preview",
            "node": f"n{payload.number}",
            "io": "out",
            "data": {"text/html": f"<i>kept</i>{payload.shown}"},
        }
        for payload in some
    ]
    worker = reopened({"nodes": nodes, "view": view}, previews)
    page = trap(hostile.host, viewport=None).open(worker.page)
    expect_drawn(page, len(some), "kept")


def test_names_of_workers_are_texts(
    strangers: None, worker: OtherWindow, trap: Trap, hostile: Server, picture: Picture
) -> None:
    traps = trap(hostile.host, viewport=None)
    page = traps.open(worker.page)
    page.get_by_test_id("fn-worker-select").click()
    menu = page.get_by_role("menu")
    expect(menu).to_contain_text(PAYLOADS[0].shown)
    names = menu.text_content() or ""
    for payload in PAYLOADS:
        assert payload.shown in names
    picture(page, "payloads-workers")
    missing = traps.open(f"{hostile.url}funcnodes/?worker={quote(PAYLOADS[0].shown)}x")
    expect(missing.get_by_role("alert")).to_contain_text(PAYLOADS[0].shown)
