"""What somebody tries who sends a graph: nothing of his runs, or is imported, before it is trusted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cellgraphs import put_cell

from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.errors import NotWritableError
from funcnodes_jupyter.core.errors import NodeConnectionError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.nodes.functiontext import template_of
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.cellexport import keep_cell, write_graph
from funcnodes_jupyter.worker.finder import find_name
from funcnodes_jupyter.worker.functions import define, record_of
from funcnodes_jupyter.worker.nodestate import node_state
from funcnodes_jupyter.worker.placement import Places
from funcnodes_jupyter.worker.trust import as_untrusted, trust, untrusted_nodes

OWN = "def clean(a: int = 1):\n    return a\n"
FOREIGN = "def clean(a: int = 1):\n    import pathlib\n    pathlib.Path({!r}).touch()\n    return -1\n"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """What foreign code makes when it runs."""
    return tmp_path / "ran"


def ran(mark: Path) -> bool:
    return mark.exists()


def opened(*nodes: dict[str, Any], edges: Any = (), **more: Any) -> NodeSpace:
    space = NodeSpace(builtin_library())
    space.edits.load(as_untrusted({"format": 1, "nodes": list(nodes), "edges": list(edges), **more}))
    return space


def function(text: str, **code: Any) -> dict[str, Any]:
    io = {"a": {"is_input": True, "added": {"default": 1}}, "out": {"is_input": False, "added": {}}}
    return {
        "id": "f",
        "node_id": "nb:clean",
        "name": "clean",
        "io": {"__source__": {"is_input": True, "value": text, **code}, **io},
    }


def text_node(value: str, **properties: Any) -> dict[str, Any]:
    io = {"value": {"is_input": True, "value": value}}
    return {"id": "t", "node_id": "basic.text", "name": "t", "io": io, "properties": properties}


def defined(space: NodeSpace) -> None:
    """This person's own function of that name."""
    define(space, template_of(OWN))


@pytest.mark.parametrize("section", ["edges", "feedback"])
async def test_code_comes_along_no_wire(mark: Path, section: str) -> None:
    wire = [["t", "out", "f", "__source__"]]
    nodes = [text_node(FOREIGN.format(str(mark))), function(OWN)]
    space = opened(*nodes, **{section: wire})
    defined(space)
    saved = space.serialize()
    again = NodeSpace(builtin_library())
    again.deserialize(saved)  # what found no place comes back with each reload
    for graph in (space, again):
        graph.run()
        await graph.await_done()
        assert graph.nodes["f"]["out"].stored == 1
    assert not ran(mark)
    with pytest.raises(NodeConnectionError, match="is code"):
        space.connect("t.out", "f.__source__")


async def test_a_default_of_code_is_none(mark: Path) -> None:
    space = opened(function(OWN, default=FOREIGN.format(str(mark))))
    defined(space)
    space.edits.reset_value(space.nodes["f"].inputs["__source__"])
    space.run()
    await space.await_done()
    assert not ran(mark)
    assert space.nodes["f"].inputs["__source__"].default is NoValue


def test_writing_a_graph_reads_no_cell_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "foreign_module_a.py").write_text("")
    (tmp_path / "foreign_module_b.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    cell = {"source": "import foreign_module_a\n", "kernel": {}, "variables": {}}
    space = opened(text_node("x", part="\nimport foreign_module_b\n"), prop={"cell": cell})
    assert not untrusted_nodes(space)
    text = write_graph(space, "cell", Places(space.nodes))
    assert not {"foreign_module_a", "foreign_module_b"} & set(sys.modules)
    assert all(line.startswith(("#", "t =")) for line in text.splitlines() if line)


async def test_no_value_of_others_looks_as_if_it_came_from_ones_own_cell() -> None:
    told = {"key": "cmd", "given": {"value": "echo mine"}}
    space = opened({**text_node("echo theirs", cell=told), "id": "cmd", "name": "cmd"})
    nodes = put_cell(space, "cmd = 'echo mine'\nn = len(cmd)\n")
    space.run()
    await space.await_done()
    assert nodes["n"]["out"].stored == len("echo mine")
    kernel = {"id": "k", "node_id": "kernel.variable", "name": "k", "properties": {"digest": "d"}, "io": {}}
    assert opened(kernel).nodes["k"].get_property("digest") is None


async def test_trusted_it_comes_from_its_cell_again() -> None:
    source = "import math\n\nx = 16  # so\nroot = math.sqrt(x)\n"
    first = NodeSpace(builtin_library())
    nodes = put_cell(first, source)
    graph = read_cell(source, find_name)
    keep_cell(first, source, {}, graph, {key: node.uuid for key, node in nodes.items()})
    space = NodeSpace(builtin_library())
    space.edits.load(as_untrusted(first.serialize()))
    assert [node.name for node in trust(space)] == ["root"]
    assert write_graph(space, "cell", Places(space.nodes)) == source
    assert set(put_cell(space, source)) == {"x", "root"}
    assert len(space.nodes) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document["nodes"][0]["io"].update(
            value={"is_input": True, "value": {"$type": "complex", "value": 10**400}}
        ),
        lambda document: document.update(view={"t": {"pos": ["inf", "0"], "size": [1, "nan"]}}),
        lambda document: document.update(prop={"cell": {"source": "x = 1", "kernel": 5, "variables": 5}}),
        lambda document: document["nodes"][0].update(
            properties={"cell": {"key": "x", "given": {"nope": 1}, "remark": 5}}
        ),
    ],
    ids=["number", "place", "cell", "origin"],
)
def test_nonsense_is_opened_and_shown(spoil: Callable[[dict[str, Any]], Any]) -> None:
    document = {"format": 1, "nodes": [text_node("x")], "edges": []}
    spoil(document)
    space = NodeSpace(builtin_library())
    space.edits.load(json.loads(json.dumps(as_untrusted(document))))
    trust(space)
    state = node_state(space.nodes["t"])
    assert state.pos is None
    put_cell(space, "x = 'mine'\n")
    assert "mine" in write_graph(space, "cell", Places(space.nodes))


CODE = '{"node":{"node_id":"py.code","io":{"__source__":{"is_input":true,"value":"1"}}}}'


@pytest.mark.parametrize("part", [f"x # funcnodes: {{}} # funcnodes: {CODE}", f"x #[a] funcnodes: {CODE}", "x\0\n#"])
def test_no_text_of_others_becomes_a_node_of_code(part: str) -> None:
    space = opened(text_node("x", part=part))
    text = write_graph(space, "cell", Places(space.nodes))
    again = NodeSpace(builtin_library())
    put_cell(again, text)
    sources = [node.inputs["__source__"].stored for node in again.nodes.values() if "__source__" in node.inputs]
    assert "1" not in sources
    assert len(again.nodes) == 1


def test_whoever_trusts_one_node_has_not_seen_the_rest() -> None:
    cell = {"source": "import foreign_module_c\n", "kernel": {}, "variables": {}}
    node = {"id": "m", "node_id": "py:math.sqrt", "name": "m", "io": {}}
    helper = {**template_of(OWN), "properties": {"kind": "plain"}}
    space = opened(node, prop={"cell": cell, "functions": {"nb:clean": helper}})
    assert trust(space, [space.nodes["m"]])
    assert space.get_property("cell") is None
    space.add_saved(record_of(space, "nb:clean", "new", None), {})
    assert untrusted_nodes(space) == [space.nodes["new"]]
    trust(space)
    assert space.get_property("cell") == cell


def test_ports_that_are_no_names_are_not_written_as_code() -> None:
    io = {"x) or print(1": {"is_input": True, "value": 1, "added": {}}}
    space = NodeSpace(builtin_library())
    space.deserialize(
        {"format": 1, "nodes": [{"id": "m", "node_id": "py:math.sqrt", "name": "m", "io": io}], "edges": []}
    )
    with pytest.raises(NotWritableError, match="no name of Python"):
        write_graph(space, "script", Places(space.nodes))
