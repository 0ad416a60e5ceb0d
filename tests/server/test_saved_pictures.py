"""A notebook that is saved shows its graphs as they are then, and nothing that was done for that keeps it from being saved."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from driving import client_of, start_node
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from nbformat.v4 import new_code_cell, new_notebook, new_output
from tornado.httpclient import HTTPClientError

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.connection import read_connection
from funcnodes_jupyter.server import savedoutputs
from funcnodes_jupyter.server.extension import FuncNodesApp
from funcnodes_jupyter.server.pictures import Pictures
from funcnodes_jupyter.server.presave import BeforeSaving
from funcnodes_jupyter.server.savedoutputs import SavedOutputs
from funcnodes_jupyter.server.widgetstates import MIMETYPE as STATES

PATIENCE = 30.0
VIEW = "application/vnd.jupyter.widget-view+json"

Save = Callable[..., Awaitable[Any]]


@pytest.fixture
def worker(app: FuncNodesApp, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Any:
    assert app.manager is not None
    return jp_asyncio_loop.run_until_complete(app.manager.open("demo"))


@pytest.fixture
def save(jp_fetch: Any, jp_root_dir: Path) -> Save:
    """Saves a notebook as JupyterLab does; gives what is in the file."""

    async def put(content: Any, kind: str = "notebook", name: str = "saved.ipynb") -> Any:
        model = {"type": kind, "format": "json" if kind == "notebook" else "text", "content": content}
        await jp_fetch("api", "contents", name, method="PUT", body=json.dumps(model))
        return json.loads((jp_root_dir / name).read_text())

    return put


def showing(*bundles: Any, **metadata: Any) -> Any:
    """A notebook whose cells show them."""
    outputs = [new_output("display_data", copy.deepcopy(bundle), metadata={"kept": 1}) for bundle in bundles]
    return new_notebook(cells=[new_code_cell("flow", outputs=[output]) for output in outputs], metadata=metadata)


def data_of(notebook: Any, cell: int = 0) -> Any:
    """What an output holds, with the lines of a text put together."""
    (output,) = notebook["cells"][cell]["outputs"]
    return {mime: "".join(data) if isinstance(data, list) else data for mime, data in output["data"].items()}


async def bundle_before(worker: Any, base_dir: Path) -> Any:
    """The picture of a graph with a 3 in it, which afterwards is a 42; and that is on disk."""
    connection = read_connection(BaseFolder.at(base_dir).worker(worker.uuid).connection)
    assert connection is not None
    async with client_of(connection) as client:
        node = await start_node(client, "basic.text", value="three")
        before = await client.command("picture", {"seconds": 5})
        await client.command("update_node", {"uuid": node, "io_id": "value", "value": "forty-two"})
        path = picture_of(worker, base_dir)
        deadline = time.monotonic() + PATIENCE
        while "forty-two" not in path.read_text():
            assert time.monotonic() < deadline, "the worker never drew it"
            await asyncio.sleep(0.02)
    return before


def picture_of(worker: Any, base_dir: Path) -> Path:
    return BaseFolder.at(base_dir).worker(worker.uuid).picture


def made(base_dir: Path, uuid: str, mark: str, record: bool = True) -> dict[str, Any]:
    """A worker's files with a picture in them; gives an older bundle of it."""
    paths = BaseFolder.at(base_dir).worker(uuid)
    paths.folder.mkdir(parents=True, exist_ok=True)
    paths.picture.write_text(json.dumps(bundle_with(uuid, mark)))
    if record:
        paths.record.write_text("{}")
    return bundle_with(uuid, "old")


def bundle_with(uuid: str, mark: str) -> dict[str, Any]:
    return {
        "image/svg+xml": f"<svg>{mark}</svg>",
        "application/pdf": mark,
        "text/plain": f"FuncNodes 'x': {mark}",
        MIMETYPE: {"name": "x", "worker": uuid, "document": {"format": 1, "nodes": [], "edges": [], "mark": mark}},
    }


# --- a real worker and a real server ----------------------------------------------------------------


async def test_a_value_that_was_set_after_the_cell_ran_is_in_the_saved_picture(
    save: Save, worker: Any, base_dir: Path
) -> None:
    before = await bundle_before(worker, base_dir)
    assert "forty-two" not in json.dumps(before)
    view = {"model_id": "m", "version_major": 2, "version_minor": 0}
    saved = await save(showing({**before, VIEW: view}))
    data = data_of(saved)
    newest = json.loads(picture_of(worker, base_dir).read_text())
    assert "forty-two" in data["image/svg+xml"]
    assert "forty-two" in json.dumps(data[MIMETYPE]["document"])
    assert data["application/pdf"] == newest["application/pdf"] != before["application/pdf"]
    assert data["text/plain"] == newest["text/plain"]
    assert data[VIEW] == view
    assert saved["cells"][0]["outputs"][0]["metadata"] == {"kept": 1}


async def test_a_worker_that_does_not_run_is_not_started(
    save: Save, worker: Any, base_dir: Path, app: FuncNodesApp
) -> None:
    before = await bundle_before(worker, base_dir)
    assert app.manager is not None
    await app.manager.stop(worker.uuid)
    assert "forty-two" in data_of(await save(showing(before)))["image/svg+xml"]
    assert (await app.manager.get(worker.uuid)).state == "stopped"


async def test_the_last_picture_of_a_deleted_worker_is_still_there_for_open_notebooks(
    save: Save, worker: Any, base_dir: Path, app: FuncNodesApp, jp_fetch: Any
) -> None:
    before = await bundle_before(worker, base_dir)
    newest = json.loads(picture_of(worker, base_dir).read_text())
    address = ("funcnodes", "workers", worker.uuid, "picture")
    assert json.loads((await jp_fetch(*address)).body) == newest
    assert app.manager is not None
    await app.manager.delete(worker.uuid)
    assert not picture_of(worker, base_dir).exists()
    assert json.loads((await jp_fetch(*address)).body) == newest
    assert "forty-two" in data_of(await save(showing(before)))["image/svg+xml"]


async def test_a_worker_that_was_renamed_bears_its_name_in_what_is_saved(
    save: Save, worker: Any, base_dir: Path, app: FuncNodesApp
) -> None:
    before = await bundle_before(worker, base_dir)
    assert app.manager is not None
    await app.manager.configure(worker.uuid, name="<b> & 'quoted'")
    saved = data_of(await save(showing(before)))
    assert saved[MIMETYPE]["name"] == saved[MIMETYPE]["state"]["worker"]["name"] == "<b> & 'quoted'"
    # All of it is what the worker draws when it is asked.
    connection = read_connection(BaseFolder.at(base_dir).worker(worker.uuid).connection)
    assert connection is not None
    async with client_of(connection) as client:
        assert saved == await client.command("picture", {"seconds": 5})


async def test_who_has_the_newest_picture_is_only_told_so(base_dir: Path, jp_fetch: Any) -> None:
    made(base_dir, "u1", "new")
    address = ("funcnodes", "workers", "u1", "picture")
    first = await jp_fetch(*address)
    with pytest.raises(HTTPClientError) as told:
        await jp_fetch(*address, headers={"If-None-Match": first.headers["Etag"]})
    assert told.value.code == 304
    assert (await jp_fetch("funcnodes", "workers", "u2", "picture")).code == 204


async def test_outputs_that_were_cleared_stay_so_and_others_as_they_are(
    save: Save, worker: Any, base_dir: Path
) -> None:
    before = await bundle_before(worker, base_dir)
    notebook = showing({"text/plain": "FuncNodes 'x': my own text"}, {"image/svg+xml": "<svg/>"}, before)
    notebook.cells.append(new_code_cell("flow"))
    svg_alone = {"image/svg+xml": before["image/svg+xml"], MIMETYPE: before[MIMETYPE], "text/plain": "a table"}
    notebook.cells.append(showing(svg_alone).cells[0])
    saved = await save(notebook)
    assert data_of(saved, 0) == {"text/plain": "FuncNodes 'x': my own text"}
    assert data_of(saved, 1) == {"image/svg+xml": "<svg/>"}
    assert "forty-two" in data_of(saved, 2)["image/svg+xml"]
    assert saved["cells"][3]["outputs"] == []
    assert set(data_of(saved, 4)) == set(svg_alone), "what was taken out is not put in again"
    assert "forty-two" in data_of(saved, 4)["image/svg+xml"]
    assert data_of(saved, 4)["text/plain"] == "a table"


async def test_only_notebooks_are_touched(save: Save, base_dir: Path) -> None:
    text = json.dumps(showing(made(base_dir, "u1", "new")))
    assert await save(text, "file", "a notebook.txt") == json.loads(text)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"image/svg+xml": 3}', "[" * 100_000, json.dumps(bundle_with("another", "new"))]
)
async def test_a_broken_picture_is_told_once_and_the_notebook_is_saved(
    text: str, save: Save, base_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, good = made(base_dir, "u1", "new"), made(base_dir, "u2", "new")
    BaseFolder.at(base_dir).worker("u1").picture.write_text(text)
    for _ in range(2):
        saved = await save(showing(old, good))
        assert data_of(saved, 0)["image/svg+xml"] == "<svg>old</svg>"
        assert data_of(saved, 1)["image/svg+xml"] == "<svg>new</svg>"
    told = [record.message for record in caplog.records if "picture of the worker u1" in record.message]
    assert len(told) == 1


async def test_a_picture_that_cannot_be_read_is_no_obstacle(save: Save, base_dir: Path) -> None:
    old = made(base_dir, "u1", "new")
    path = BaseFolder.at(base_dir).worker("u1").picture
    path.unlink()
    path.mkdir()
    assert data_of(await save(showing(old)))["image/svg+xml"] == "<svg>old</svg>"


@pytest.mark.parametrize("jp_argv", [["--FuncNodesApp.renew_pictures=False"]])
async def test_the_setting_turns_it_off(save: Save, base_dir: Path, jp_fetch: Any) -> None:
    saved = await save(showing(made(base_dir, "u1", "new"), widgets=states(ours=editor())))
    assert data_of(saved)["image/svg+xml"] == "<svg>old</svg>"
    assert "widgets" not in saved["metadata"]
    assert (await jp_fetch("funcnodes", "workers", "u1", "picture")).code == 204


# --- whose pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("uuid", ["u1", "../workers/u2", "/etc", "", "u2/../u2", 3, None, ["u2"]])
def test_workers_that_the_server_does_not_know_are_none(uuid: Any, base_dir: Path) -> None:
    made(base_dir, "u1", "new", record=False)
    made(base_dir, "u2", "new")
    notebook = showing(bundle_with(uuid, "old"))
    as_it_was = copy.deepcopy(notebook)
    assert SavedOutputs(Pictures(BaseFolder.at(base_dir))).renew(notebook) == []
    assert notebook == as_it_was


def test_a_save_reads_a_bounded_number_of_bytes_and_the_next_one_the_rest(
    base_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = [made(base_dir, f"u{number}", "new") for number in range(3)]
    size = BaseFolder.at(base_dir).worker("u0").picture.stat().st_size
    monkeypatch.setattr(savedoutputs, "MOST_BYTES", size * 2)
    outputs, notebook = SavedOutputs(Pictures(BaseFolder.at(base_dir))), showing(*older)
    assert outputs.renew(notebook) == []
    assert [data_of(notebook, cell)["application/pdf"] for cell in range(3)] == ["new", "new", "old"]
    outputs.renew(notebook)
    assert data_of(notebook, 2)["application/pdf"] == "new"


def test_a_picture_is_read_again_when_it_changed(base_dir: Path) -> None:
    old = made(base_dir, "u1", "new")
    outputs, notebook = SavedOutputs(Pictures(BaseFolder.at(base_dir))), showing(old)
    outputs.renew(notebook)
    path = BaseFolder.at(base_dir).worker("u1").picture
    other = path.with_name("other")
    other.write_text(json.dumps(bundle_with("u1", "two")))
    os.utime(other, ns=(1, 1))
    other.replace(path)
    outputs.renew(notebook)
    assert data_of(notebook)["application/pdf"] == "two"


# --- whatever comes ---------------------------------------------------------------------------------

NONSENSE = [
    None,
    [],
    {"type": "notebook"},
    {"type": "notebook", "content": "text"},
    {"type": "notebook", "content": {"cells": 3, "metadata": 4}},
    {"type": "notebook", "content": {"cells": [None, {"outputs": {}}, {"outputs": [1, {"data": []}]}]}},
    {"type": "notebook", "content": {"cells": [{"outputs": [{"data": {MIMETYPE: ["x"]}}]}], "metadata": None}},
    {"type": "notebook", "content": {"metadata": {"widgets": {STATES: {"state": [1]}}}}},
    {"type": "notebook", "content": {"metadata": {"widgets": {STATES: {"state": {"a": 1, "b": {"state": 2}}}}}}},
    {"type": "directory", "content": None},
]


@pytest.mark.parametrize("model", NONSENSE, ids=str)
def test_nonsense_is_left_alone(model: Any, base_dir: Path) -> None:
    as_it_was = copy.deepcopy(model)
    BeforeSaving(SavedOutputs(Pictures(BaseFolder.at(base_dir))), logging.getLogger("nonsense")).prepare(
        model, path="p"
    )
    assert model == as_it_was


def test_contents_managers_of_all_makes(base_dir: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    hook = BeforeSaving(SavedOutputs(Pictures(BaseFolder.at(base_dir))), logging.getLogger("managers"))
    hook.register(object())
    assert "takes no hooks" in caplog.text
    manager = LargeFileManager(root_dir=str(tmp_path))
    hook.register(manager)
    old = made(base_dir, "u1", "new")
    manager.save({"type": "notebook", "format": "json", "content": showing(old)}, "n.ipynb")
    assert data_of(json.loads((tmp_path / "n.ipynb").read_text()))["application/pdf"] == "new"


# --- states of widgets ------------------------------------------------------------------------------


def editor(layout: str = "lay") -> dict[str, Any]:
    state = {"_anywidget_id": "funcnodes_jupyter.notebook.widget.FuncNodesWidget", "layout": f"IPY_MODEL_{layout}"}
    return {"model_name": "AnyModel", "model_module": "anywidget", "state": state}


def box(*children: str, layout: str = "") -> dict[str, Any]:
    state = {"children": [f"IPY_MODEL_{child}" for child in children], "layout": f"IPY_MODEL_{layout}"}
    return {"model_name": "HBoxModel", "model_module": "@jupyter-widgets/controls", "state": state}


LAYOUT = {"model_name": "LayoutModel", "model_module": "@jupyter-widgets/base", "state": {}}
OTHER = {"model_name": "AnyModel", "model_module": "anywidget", "state": {"_anywidget_id": "theirs.Widget"}}


def states(**models: Any) -> dict[str, Any]:
    return {STATES: {"version_major": 2, "version_minor": 0, "state": models}}


@pytest.mark.parametrize(
    ("models", "left"),
    [
        ({"ours": editor(), "lay": LAYOUT}, None),
        ({"ours": editor(), "lay": LAYOUT, "theirs": OTHER, "their_lay": LAYOUT}, {"theirs", "their_lay"}),
        ({"ours": editor(), "lay": LAYOUT, "box": box(layout="lay")}, {"lay", "box"}),
        ({"ours": editor(), "lay": LAYOUT, "box": box("ours")}, {"ours", "lay", "box"}),
        ({"theirs": OTHER}, {"theirs"}),
        ({}, set()),
    ],
    ids=["ours alone", "beside another", "a shared layout", "ours in a box", "none of ours", "none"],
)
async def test_our_widgets_leave_no_state(models: dict[str, Any], left: set[str] | None, save: Save) -> None:
    notebook = showing({"text/plain": "x"}, widgets=states(**models), theme="dark")
    metadata = (await save(notebook))["metadata"]
    assert metadata["theme"] == "dark"
    if left is None:
        assert "widgets" not in metadata
    else:
        kept = metadata["widgets"][STATES]["state"]
        assert set(kept) == left
        assert all(kept[name] == models[name] for name in left)
