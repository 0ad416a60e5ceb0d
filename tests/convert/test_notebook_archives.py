"""Notebooks as ``.fnw`` archives: which graphs go in, in which state, and that nothing is run or imported for it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cellruns import run_as_python
from nbconvert.utils.exceptions import ConversionException

from funcnodes_jupyter.core.nodespace import NodeSpace
from notebooks import MIMETYPE, archive_of, document_in, notebook, showing, space_in, words

DRAWN: dict[str, Any] = {
    "format": 1,
    "nodes": [
        {"id": "a", "node_id": "basic.number", "name": "mass", "io": {"value": {"is_input": True, "value": 3.5}}},
        {"id": "b", "node_id": "basic.multiply", "name": "double", "io": {"b": {"is_input": True, "value": 2.0}}},
    ],
    "edges": [["a", "out", "b", "a"]],
    "groups": {"g": {"node_ids": ["b"], "child_groups": [], "parent_group": None, "meta": {"name": "end"}}},
    "view": {"a": {"pos": [40, 40]}, "b": {"pos": [400, 140]}},
}


def saved(**values: float) -> dict[str, Any]:
    """The graph with another value."""
    made: dict[str, Any] = json.loads(json.dumps(DRAWN))
    made["nodes"][0]["io"]["value"]["value"] = values["mass"]
    return made


def run(space: NodeSpace) -> dict[str, Any]:
    """The values of the nodes after a run, by name."""

    async def story() -> None:
        space.run()
        await space.await_done()

    asyncio.run(story())
    assert not [node.error for node in space.nodes.values() if node.error]
    return {node.name: node["out"].value for node in space.nodes.values() if "out" in node.outputs}


def test_a_cell_becomes_the_graph_that_it_makes_in_a_notebook() -> None:
    source = "import math\n\nradius = 2.0\narea = math.pi * radius**2\ntext = str(round(area, 1))\n"
    space = space_in(archive_of(notebook(words("# Circles"), f"%%funcnodes --height 400 circles\n{source}")))
    found, wanted = run(space), run_as_python(source)
    assert {name: found[name] for name in ("radius", "area", "text")} == wanted


def test_the_state_in_an_output_is_newer_than_the_cell() -> None:
    cell = f"%%nodespace demo\n{json.dumps(DRAWN)}"
    assert run(space_in(archive_of(notebook(cell))))["double"] == 7.0
    first, last = showing(cell, demo=saved(mass=1)), showing("%funcnodes demo", demo=saved(mass=5))
    assert run(space_in(archive_of(notebook(first, last))))["double"] == 10.0


def test_an_output_that_does_not_hold_the_graph_itself_leaves_the_cell_to_say_it() -> None:
    shown = showing("%%funcnodes sums\na = 3\nb = a + 4", sums={})
    del shown.outputs[0].data[MIMETYPE]["document"]
    assert run(space_in(archive_of(notebook(shown))))["b"] == 7


def test_several_graphs_stand_in_groups_of_their_names_one_below_the_other() -> None:
    made = notebook(
        showing("%funcnodes upper", upper=DRAWN),
        showing("%funcnodes lower", lower=saved(mass=4)),  # a copy: its nodes have the same ids
        "%%funcnodes third\nmass = 7\n",
    )
    space = space_in(archive_of(made))
    groups = {record["meta"]["name"]: group_id for group_id, record in space.groups.items()}
    assert set(groups) == {"upper", "lower", "third", "end"}
    for name, mass in (("upper", 3.5), ("lower", 4), ("third", 7)):
        inside = [space.nodes[uuid] for uuid in space.groups.nodes_within(groups[name])]
        assert [node.get_input("value").value for node in inside if node.name == "mass"] == [mass]
    heights = [[space.nodes[uuid].get_property("frontend:pos")[1] for uuid in space.groups.nodes_within(groups[name])]
               for name in ("upper", "lower", "third")]  # fmt: skip
    assert max(heights[0]) < min(heights[1])
    assert max(heights[1]) < min(heights[2])
    run(space)
    doubles = sorted(node["out"].value for node in space.nodes.values() if node.name == "double")
    assert doubles == [7.0, 8.0]


def test_names_of_the_notebook_mean_what_they_mean_there() -> None:
    made = notebook(
        "%load_ext funcnodes_jupyter\nimport math as m\nfiles = !ls\nm?",
        "%%time\nfrom math import floor\nscale = 10",
        "%%bash\nroot = 1",
        "%%funcnodes_node demo\ndef twice(value):\n    return value * 2\n",
        "%%funcnodes demo\nroot = floor(m.sqrt(17))\nmore = twice(root)\nlast = more + scale\nfor step in range(3):\n"
        "    more = step\n",
    )
    space = space_in(archive_of(made))
    nodes = {node.name: node for node in space.nodes.values()}
    # A value that only the kernel has is asked of it when the cell is run again; nothing of it is known here.
    assert [node.name for node in nodes.values() if node.node_id == "kernel.variable"] == ["scale"]
    nodes["scale"].get_input("value").value = 10
    assert run(space)["last"] == 18


MARKING = "open({marker!r}, 'w').close()\n\ndef f():\n    return 1\n"


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What exists when a module was imported that lies beside the notebook; that folder is where Python looks first."""
    path = tmp_path / "imported"
    for name in ("marking", "wave"):  # wave is a module of Python, too
        (tmp_path / f"{name}.py").write_text(MARKING.format(marker=str(path)))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("marking", "wave"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_nothing_that_a_notebook_names_is_imported(marker: Path, trusted: bool) -> None:
    graph = {"format": 1, "nodes": [{"id": "a", "node_id": "py:marking.f", "io": {}}], "edges": []}
    made = notebook(
        "import marking as own",
        "%%funcnodes one\nimport marking\nimport wave\nfrom marking import f\na = marking.f()\nb = own.f()\nc = f()\n"
        "d = wave.open('x')\n",
        f"%%nodespace two\n{json.dumps(graph)}",
        showing("%funcnodes three", three=graph),
    )
    for cell in made.cells:
        cell.metadata["trusted"] = trusted  # anybody can write that into a file
    classes = [node["node_id"] for node in document_in(archive_of(made))["nodes"]]
    assert classes.count("py:marking.f") == 5
    assert not marker.exists()
    assert "marking" not in sys.modules


def test_modules_that_were_not_imported_run_all_the_same_where_they_may(tmp_path: Path) -> None:
    """Of a function that is not known its arguments have no names, and mean the same."""
    code = (
        "import sys; from notebooks import MIMETYPE, archive_of, notebook\n"
        "assert 'pandas' not in sys.modules\n"
        "made = notebook('%%funcnodes t\\nimport pandas as pd\\nt = pd.DataFrame({\"a\": [1, 2]})\\n'\n"
        "                's = pd.concat([t, t], axis=1)\\nn = s.shape\\n')\n"
        "data = archive_of(made)\n"
        "assert 'pandas' not in sys.modules\n"
        f"open({str(tmp_path / 'a.fnw')!r}, 'wb').write(data)\n"
    )
    support = Path(__file__).parent.parent / "support"
    done = subprocess.run([sys.executable, "-c", code], cwd=support, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert run(space_in((tmp_path / "a.fnw").read_bytes()))["n"] == (2, 2)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([], "There is no workflow in this notebook"),
        (["1 + 1", "%%funcnodes demo\nx = (1\n"], "Cell 2: Line 2"),
        (["%%funcnodes demo\nx = 1\n!ls\n"], "Cell 1: Line 3: !ls is no Python"),
        (["%%funcnodes\nx = 1\n"], "Cell 1: %%funcnodes NAME: say what the graph is called"),
        (["%%nodespace demo\n{"], "Cell 1: %%nodespace: this is no JSON"),
        (["%%nodespace demo\n[]"], "Cell 1: This is no saved graph"),
        (["%%nodespace demo\n" + "[" * 100_000], "Cell 1: %%nodespace: this is no JSON"),
        ([showing("%funcnodes demo", demo={"nodes": 1})], "Cell 1: This is no saved graph"),
        ([showing("%funcnodes demo", demo={"format": 99, "nodes": []})], "Cell 1: This graph was saved in format 99"),
    ],
)
def test_what_is_broken_is_said_with_its_cell(cells: list[Any], words: str) -> None:
    with pytest.raises(ConversionException) as caught:
        archive_of(notebook(*cells))
    assert words in str(caught.value)


def test_notebooks_in_other_languages_are_refused_by_name() -> None:
    with pytest.raises(ConversionException, match="written in R"):
        archive_of(notebook("x <- 1", language_info={"name": "R"}))


def test_nodes_of_packs_that_are_not_here_go_along_as_they_are() -> None:
    graph = {"format": 1, "nodes": [{"id": "a", "node_id": "nowhere.at_all", "io": {}, "more": 1}], "edges": []}
    (node,) = document_in(archive_of(notebook(f"%%nodespace demo\n{json.dumps(graph)}")))["nodes"]
    assert (node["node_id"], node["more"]) == ("nowhere.at_all", 1)


@pytest.mark.parametrize("odd", [{"groups": {"g": {"node_ids": 1, "child_groups": {}}}}, {"edges": [1, ["a"], [[]]]},
                                 {"view": {"a": {"pos": "x"}}}, {"prop": {"functions": 1}}])  # fmt: skip
def test_odd_documents_are_merged_without_complaint(odd: dict[str, Any]) -> None:
    made = notebook(showing("", one={**DRAWN, **odd}, two=DRAWN))
    assert len(document_in(archive_of(made))["nodes"]) == 4


def test_the_menu_of_formats_needs_nothing_that_is_optional() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['pandas', 'matplotlib', 'numpy', 'jupyterlab', 'tqdm']))\n"
        "from nbconvert.exporters import get_export_names\n"
        "assert {'funcnodes', 'funcnodes_script'} <= set(get_export_names())\n"
        "from notebooks import MIMETYPE, archive_of, notebook\n"
        "archive_of(notebook('%%funcnodes a\\nx = 1'))\n"
    )
    support = Path(__file__).parent.parent / "support"
    done = subprocess.run([sys.executable, "-c", code], cwd=support, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
