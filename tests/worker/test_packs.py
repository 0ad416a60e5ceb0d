"""Node packs that are installed: in the library of real workers, found without a restart, told apart, and failing alone."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from packs import EXAMPLE, install_folder, install_pack, with_path

from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.wire.messages import NodespaceEvents

PACK = """
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf


@NodeDecorator("pack.greet", name="Greet")
def greet(name: str = "you") -> str:
    return f"{word} {{name}}"


NODE_SHELF = Shelf("Greetings", nodes=[greet])
"""
HELLO, BYE = PACK.format(word="Hello"), PACK.format(word="Bye")


@pytest.fixture
def site(tmp_path: Path, process: Any) -> Path:
    """Where packs of the worker's process are installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    process.script = "plain_worker.py"
    process.environment = with_path(folder)
    return folder


def uninstall(site: Path, name: str) -> None:
    for path in site.glob(f"{name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


async def packs_of(client: WorkerClient) -> dict[str, dict[str, Any]]:
    return {pack["name"]: pack for pack in (await client.command("get_library"))["packs"]}


async def shelves_of(client: WorkerClient) -> dict[str, list[str]]:
    """``{pack/shelf: ids}`` of what packs brought."""
    shelves = (await client.command("get_library"))["shelves"]
    return {f"{s['pack']}/{s['name']}": [node["node_id"] for node in s["nodes"]] for s in shelves if s["pack"]}


async def add(client: WorkerClient, node_id: str, **inputs: Any) -> str:
    return str((await client.command("add_node", {"node_id": node_id, "inputs": inputs}))["uuid"])


async def state_of(client: WorkerClient, uuid: str) -> dict[str, Any]:
    return next(node for node in await client.command("get_nodes") if node["uuid"] == uuid)


async def computed(client: WorkerClient, uuid: str) -> str:
    """What stands beside the output of a node, run for it."""
    updates = client.updates()
    await client.command("run")
    while (node := await state_of(client, uuid))["stale"] or node["state"] != "done":
        await anext(updates)
    updates.close()
    return next(port["value"]["text"] for port in node["io"] if port["id"] == "out")


# --- what a pack brings -----------------------------------------------------------------------------


async def test_the_example_pack_is_in_the_library_with_its_types(process: Any, site: Path) -> None:
    install_folder(EXAMPLE, site)
    process.start()
    async with process.client() as client:
        pack = (await packs_of(client))["signalpack"]
        code = (EXAMPLE / "signalpack" / "browser.js").read_bytes()
        assert (pack["version"], pack["installed"], pack["problems"]) == ("1.0.0", "1.0.0", [])
        assert (pack["module"], pack["shelves"], pack["needs_restart"]) == ("signalpack", ["Signals"], False)
        assert pack["plugin"] == {"sha256": hashlib.sha256(code).hexdigest(), "size": len(code)}
        assert await client.command("get_available_modules") == list((await packs_of(client)).values())
        sent = await client.command("get_plugin", {"module": "signalpack"})
        assert (sent.mime, sent.data) == ("text/javascript", code)
        with pytest.raises(CommandError, match="no pack with a module 'os'"):
            await client.command("get_plugin", {"module": "os"})

        sine = await add(client, "signal.sine")
        found = {"signal.sine": sine}
        for node_id in ("signal.peaks", "signal.stripes", "signal.mean"):
            found[node_id] = await add(client, node_id)
            into = "samples" if node_id == "signal.mean" else "signal"
            edge = {"src_uuid": sine, "src_io": "out", "dst_uuid": found[node_id], "dst_io": into}
            await client.command("add_edge", edge)
        kinds = {key: next(port for port in (await state_of(client, uuid))["io"] if port["id"] == "out")["kind"]
                 for key, uuid in found.items()}  # fmt: skip
        assert kinds == {
            "signal.sine": "any",
            "signal.peaks": "table",
            "signal.stripes": "image",
            "signal.mean": "number",
        }
        shown = {key: (await state_of(client, uuid))["preview_io"] for key, uuid in found.items()}
        assert shown == {
            "signal.sine": "out",
            "signal.peaks": "out",
            "signal.stripes": "out",
            "signal.mean": None,
        }
        previews = {}
        for key in ("signal.sine", "signal.peaks", "signal.stripes"):
            await computed(client, found[key])
            previews[key] = await client.command("get_io_value", {"node": found[key], "io": "out"})
        signal, peaks, stripes = previews.values()
        assert (signal["renderer"], signal["value_type"]) == ("signalpack.signal", "signalpack.Signal")
        assert len(signal["data"]["application/json"]["samples"]) == 64
        assert peaks["renderer"] == "table"
        table = peaks["data"]["application/vnd.funcnodes.table+json"]
        assert [column["name"] for column in table["columns"]] == ["second", "height"]
        assert stripes["data"]["image/png"].startswith("iVBOR")

        # what is typed becomes what the pack says
        await client.command("remove_edge", {**edge, "dst_uuid": found["signal.mean"], "dst_io": "samples"})
        await client.command("update_node", {"uuid": found["signal.mean"], "io_id": "samples", "text": "1, 2, 6"})
        assert await computed(client, found["signal.mean"]) == "3.0"
        with pytest.raises(CommandError, match="samples"):
            await client.command("update_node", {"uuid": found["signal.mean"], "io_id": "samples", "text": "1, two"})


@pytest.mark.parametrize(
    ("renderer", "value", "mime", "expected"),
    [
        ("html", "'<b>x</b>'", "text/html", "<b>x</b>"),
        ("image", "b'GIF89a...'", "image/gif", "R0lGODlhLi4u"),
        ("svg", "b'<svg xmlns=\"http://www.w3.org/2000/svg\"/>'", "image/svg+xml", "<svg"),
        ("json", "Thing()", "application/json", "{'answer': 42}"),
        ("own.one", "Thing()", "application/json", "{'answer': 42}"),
        ("table", "[{'a': 1, 'b': 2}]", "application/vnd.funcnodes.table+json", "'rows': [['1', '2']]"),
        ("table", "3", "text/plain", "3"),
        ("image", "'no picture'", "text/plain", "no picture"),
    ],
)
async def test_a_type_is_given_in_the_form_that_its_renderer_draws(
    process: Any, site: Path, renderer: str, value: str, mime: str, expected: str
) -> None:
    source = f"""
from funcnodes_jupyter.core.decorator import NodeDecorator
class Thing:
    def _repr_json_(self):
        return {{"answer": 42}}
@NodeDecorator("p.make")
def make() -> Thing:
    return {value}
FUNCNODES_RENDER_OPTIONS = {{"typemap": {{Thing: {renderer!r}}}}}
"""
    install_pack(site, "formpack", source)
    process.start()
    async with process.client() as client:
        uuid = await add(client, "p.make")
        assert (await state_of(client, uuid))["preview_io"] == "out"
        await computed(client, uuid)
        shown = await client.command("get_io_value", {"node": uuid, "io": "out"})
        assert shown["renderer"] == renderer
        assert expected in str(shown["data"][mime])


# --- packs that come, go and fail ---------------------------------------------------------------------


async def test_a_pack_that_fails_is_listed_and_comes_once_it_is_mended(process: Any, site: Path) -> None:
    install_pack(site, "broken", "import nowhere")
    install_pack(site, "exits", "raise SystemExit(3)")
    install_pack(site, "greetpack", HELLO)
    install_pack(
        site,
        "colourful",
        HELLO.replace("pack.", "c.") + "FUNCNODES_RENDER_OPTIONS = {'inputconverter': {'x.Y': 'magic'}}",
    )
    process.start()
    async with process.client() as client:
        await client.follow()
        packs = await packs_of(client)
        assert list(packs) == ["broken", "colourful", "exits", "greetpack"]
        [problem] = packs["broken"]["problems"]
        assert (problem["part"], problem["text"]) == ("module", "ModuleNotFoundError: No module named 'nowhere'")
        assert problem["traceback"].startswith("Traceback")
        assert "broken.py" in problem["traceback"]
        assert packs["exits"]["problems"][0]["text"] == "SystemExit: 3"
        [unknown] = packs["colourful"]["problems"]
        assert unknown["text"].startswith("There is no input converter 'magic' (for x.Y), only str_to_text, ")
        assert await shelves_of(client) == {"colourful/Greetings": ["c.greet"], "greetpack/Greetings": ["pack.greet"]}

        told = asyncio.ensure_future(library_changes(client))
        (site / "broken.py").write_text(BYE.replace("pack.", "b."))
        assert await client.command("rescan_modules") == {"added": ["broken"], "revived": [], "problems": []}
        await told
        assert (await packs_of(client))["broken"]["problems"] == []
        assert await computed(client, await add(client, "b.greet")) == "'Bye you'"


async def test_a_package_that_was_mended_is_read_anew_in_all_its_parts(process: Any, site: Path) -> None:
    install_pack(site, "parted", "")
    (site / "parted.py").unlink()
    (site / "parted").mkdir()
    (site / "parted" / "words.py").write_text("WORD = None")
    (site / "parted" / "__init__.py").write_text(
        "from parted.words import WORD\nassert WORD\n" + HELLO.replace('f"Hello {', 'f"{WORD} {')
    )
    process.start()
    async with process.client() as client:
        assert (await packs_of(client))["parted"]["problems"][0]["text"] == "AssertionError"
        (site / "parted" / "words.py").write_text("WORD = 'Mended'  # longer, so that no cache of bytecode fits")
        assert (await client.command("rescan_modules"))["added"] == ["parted"]
        assert await computed(client, await add(client, "pack.greet")) == "'Mended you'"


async def library_changes(client: WorkerClient) -> None:
    async for update in client.updates():
        if isinstance(update, NodespaceEvents) and any(
            type(event).__name__ == "LibraryChanged" for event in update.events
        ):
            return


HOSTILE = {
    "no_reference": ("", "module = !! nothing !!"),
    "own_exception": ("class Stop(BaseException): pass\nraise Stop('enough')", ""),
    "no_text": ("class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute", ""),
    "half_a_letter": ("raise RuntimeError('\\ud800 half')", ""),
    "much": ("raise RuntimeError('x' * 10**7)", ""),
    "wrong_shelf": ("class Shelf:\n    def __getattr__(self, name): raise OSError\nNODE_SHELF = Shelf()", ""),
    "no_file": ("PLUGIN = {'module': '/nowhere/at/all.js'}", "module = no_file\nreact_plugin = no_file:PLUGIN"),
    "no_code": ("PLUGIN = 3", "module = no_code\nreact_plugin = no_code:PLUGIN"),
}


async def test_whatever_a_pack_does_the_others_are_there(process: Any, site: Path) -> None:
    for name, (source, entries) in HOSTILE.items():
        install_pack(site, name, source, entries=entries)
    install_pack(site, "torn", "raise RuntimeError('torn')")
    (site / "torn-1.0.dist-info" / "METADATA").unlink()
    install_pack(site, "greetpack", HELLO)
    process.start()
    async with process.client() as client:
        packs = await packs_of(client)
        assert {name for name, pack in packs.items() if pack["problems"]} == {*HOSTILE, "torn"}
        assert packs["own_exception"]["problems"][0]["text"].endswith("Stop: enough")
        assert "all.js" in packs["no_file"]["problems"][0]["text"]
        assert packs["no_code"]["problems"][0]["text"].startswith("TypeError: no_code:PLUGIN names no file")
        assert len(packs["much"]["problems"][0]["text"]) <= 2000
        assert await computed(client, await add(client, "pack.greet")) == "'Hello you'"
        assert (await client.command("rescan_modules"))["added"] == []


async def test_what_was_upgraded_or_uninstalled_needs_a_restart(process: Any, site: Path) -> None:
    install_pack(site, "greetpack", HELLO)
    install_pack(site, "leaving", HELLO.replace("pack.", "l."))
    install_pack(site, "failing", "import nowhere")
    process.start()
    async with process.client() as client:
        uninstall(site, "greetpack")
        install_pack(site, "greetpack", BYE, version="2.0")
        for name in ("leaving", "failing"):
            uninstall(site, name)
        assert (await client.command("rescan_modules"))["added"] == []
        packs = await packs_of(client)
        assert list(packs) == ["greetpack", "leaving"]
        said = {name: (pack["version"], pack["installed"], pack["needs_restart"]) for name, pack in packs.items()}
        assert said == {"greetpack": ("1.0", "2.0", True), "leaving": ("1.0", "", True)}
        assert await computed(client, await add(client, "pack.greet")) == "'Hello you'"  # as before
    process.end()
    process.start()
    async with process.client() as client:
        packs = await packs_of(client)
        assert [(pack["version"], pack["needs_restart"]) for pack in packs.values()] == [("2.0", False)]
        assert await computed(client, await add(client, "pack.greet")) == "'Bye you'"


async def test_a_pack_that_takes_long_to_import_keeps_nobody_waiting(process: Any, site: Path, tmp_path: Path) -> None:
    process.start()
    gate = tmp_path / "gate"
    slow = f"import pathlib, time\nwhile not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\n"
    install_pack(site, "slowpack", slow + HELLO)
    async with process.client() as client, process.client() as other:
        coming = asyncio.ensure_future(client.command("rescan_modules"))
        await other.command("add_node", {"node_id": "basic.number"})
        assert len(await other.command("get_nodes")) == 1
        assert not coming.done()
        gate.touch()
        assert (await coming)["added"] == ["slowpack"]


async def test_placeholders_become_nodes_and_lose_nothing(process: Any, site: Path) -> None:
    install_pack(site, "greetpack", HELLO)
    process.start()
    async with process.client() as client:
        text = await add(client, "basic.text", value="all")
        greet = await add(client, "pack.greet")
        after = await add(client, "basic.text")
        alone = await add(client, "pack.greet", name="Ann")
        await client.command("add_edge", {"src_uuid": text, "src_io": "out", "dst_uuid": greet, "dst_io": "name"})
        await client.command("add_edge", {"src_uuid": greet, "src_io": "out", "dst_uuid": after, "dst_io": "value"})
        await client.command("group_nodes", {"nodes": [greet, after], "name": "Both"})
        await client.command("update_node", {"uuid": greet, "name": "mine", "frontend": {"pos": [11, 22]}})
        assert await computed(client, after) == "'Hello all'"
        edges, groups = await client.command("get_edges"), await client.command("get_groups")
    process.end()
    before = process.saved()
    uninstall(site, "greetpack")
    process.start()
    async with process.client() as client:
        await client.follow()
        assert [(await state_of(client, uuid))["unknown"] for uuid in (greet, alone)] == [True, True]
        # a placeholder can be changed and taken away meanwhile
        await client.command("update_node", {"uuid": alone, "frontend": {"pos": [33, 44]}})
        await client.command("remove_node", {"uuid": greet})
        install_pack(site, "greetpack", HELLO)
        report = await client.command("rescan_modules")
        assert (report["added"], report["revived"], report["problems"]) == (["greetpack"], [alone], [])
        await client.command("undo")
        state = await state_of(client, greet)
        assert (state["unknown"], state["name"], state["pos"], state["stale"]) == (False, "mine", [11, 22], True)
        assert sorted(await client.command("get_edges")) == sorted(edges)
        assert await client.command("get_groups") == groups
        assert (await state_of(client, alone))["pos"] == [33, 44]
        assert await computed(client, alone) == "'Hello Ann'"
        assert await computed(client, after) == "'Hello all'"
    process.end()
    after_all = process.saved()
    assert [node["pack"] for node in after_all["nodes"] if "pack" in node] == ["greetpack", "greetpack"]
    assert {node["id"]: node["io"] for node in before["nodes"]} == {n["id"]: n["io"] for n in after_all["nodes"]}


# --- two packs with one node id ----------------------------------------------------------------------


async def test_two_packs_with_one_node_id_are_told_apart_whichever_comes_first(process: Any, site: Path) -> None:
    install_pack(site, "zpack", BYE)
    process.start()
    async with process.client() as client:
        only = await add(client, "pack.greet")
        assert await computed(client, only) == "'Bye you'"
        install_pack(site, "apack", HELLO)
        assert (await client.command("rescan_modules"))["added"] == ["apack"]
        assert await shelves_of(client) == {"apack/Greetings": ["apack:pack.greet"], "zpack/Greetings": ["pack.greet"]}
        hello = await add(client, "apack:pack.greet")
        assert await computed(client, hello) == "'Hello you'"
    process.end()
    # the id that all know stays in the saved graph, beside it the pack
    saved = {node["id"]: (node["node_id"], node["pack"]) for node in process.saved()["nodes"]}
    assert saved == {only: ("pack.greet", "zpack"), hello: ("pack.greet", "apack")}
    process.start()
    async with process.client() as client:
        # now the other one comes first
        assert await shelves_of(client) == {"apack/Greetings": ["pack.greet"], "zpack/Greetings": ["zpack:pack.greet"]}
        assert await computed(client, only) == "'Bye you'"
        assert await computed(client, hello) == "'Hello you'"
        assert [pack["problems"] for pack in (await packs_of(client)).values()] == [[], []]
    process.end()
    uninstall(site, "apack")
    process.start()
    async with process.client() as client:
        # not a node of the other pack under the same id
        assert (await state_of(client, hello))["unknown"]
        assert not (await state_of(client, only))["unknown"]
    process.end()
    assert {node["id"]: (node["node_id"], node["pack"]) for node in process.saved()["nodes"]} == saved


async def test_a_class_is_of_the_pack_that_it_stands_in_whoever_shows_it(process: Any, site: Path) -> None:
    install_pack(site, "zpack", HELLO)
    install_pack(site, "apack", "from zpack import NODE_SHELF")
    process.start()
    async with process.client() as client:
        shown = await shelves_of(client)
        assert shown == {"apack/Greetings": ["pack.greet"], "zpack/Greetings": ["pack.greet"]}
        await add(client, "pack.greet")
    process.end()
    assert [node["pack"] for node in process.saved()["nodes"]] == ["zpack"]


async def test_a_pack_with_two_nodes_of_one_id_is_refused_alone(process: Any, site: Path) -> None:
    twice = HELLO + BYE.replace("def greet", "def other").replace("[greet]", "[greet, other]").replace(
        '"Greet"', '"Other"'
    )
    install_pack(site, "twice", twice)
    install_pack(site, "greetpack", HELLO)
    process.start()
    async with process.client() as client:
        [problem] = (await packs_of(client))["twice"]["problems"]
        assert problem["part"] == "library"
        assert problem["text"].startswith("The node id 'pack.greet' belongs to twice.GreetNode; ")
        assert await shelves_of(client) == {"greetpack/Greetings": ["pack.greet"]}
