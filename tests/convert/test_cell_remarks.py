"""What stands behind the lines of a cell, as a person reads and edits it."""

from __future__ import annotations

from typing import Any

import pytest
from cellgraphs import bare, cell_of, graph_of, portrait, put_cell, put_reading

from funcnodes_jupyter.convert.cells.draft import KernelName
from funcnodes_jupyter.convert.cells.live import live_nodes
from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.cells.writing import write_cell
from funcnodes_jupyter.convert.errors import CellError, NotWritableError
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.finder import find_name
from funcnodes_jupyter.worker.nodestate import POS

CELL = "import math\n\nx = 16  # how much\nroot = math.sqrt(x)\n\ny = sum(range(3)) + root\n"


class Counter(Node):
    """Counts its runs."""

    __slots__ = ("count",)

    node_id = "test.counter"
    node_name = "Counter"
    step = NodeInput("step", type="int", default=1)
    out = NodeOutput("out")
    text = NodeOutput("text")

    def prepare(self) -> None:
        self.count = 0

    def func(self, step: int) -> None:
        self.count += step
        self.outputs["out"].value, self.outputs["text"].value = self.count, str(self.count)


def moved(space: NodeSpace, name: str, *place: float) -> None:
    space.edits.set_properties(space.find(name), {POS: list(place)})


# --- places ---------------------------------------------------------------------------------------


def test_a_graph_that_nobody_arranged_has_no_places_in_its_text() -> None:
    assert cell_of(graph_of(CELL), CELL) == CELL


def test_a_node_that_was_moved_is_where_it_was_in_the_text_and_comments_stay() -> None:
    space = graph_of(CELL)
    moved(space, "x", 40.0, -700.0)
    lines = cell_of(space, CELL).splitlines()
    assert lines[2] == 'x = 16  # how much  # funcnodes: {"pos": [40.0, -700.0]}'
    moved(space, "x", 40.0, -900.0)
    again = cell_of(space, "\n".join(lines))
    assert again.splitlines()[2] == 'x = 16  # how much  # funcnodes: {"pos": [40.0, -900.0]}'
    assert bare(again) == CELL
    assert portrait(graph_of(again)) == portrait(space)


def test_a_comment_that_a_person_wrote_behind_a_remark_stays() -> None:
    source = 'x = 1  # funcnodes: {"mode": "frozen"} and # so on\ny = 2  # funcnodes: {oops\n'
    space = graph_of(source)
    assert space.find("x").mode == "frozen"
    space.edits.set_mode(space.find("x"), "bypassed")
    space.edits.set_mode(space.find("y"), "bypassed")
    text = cell_of(space, source)
    assert text == (
        'x = 1  # and # so on  # funcnodes: {"mode": "bypassed"}\n'
        'y = 2  # funcnodes: {oops  # funcnodes: {"mode": "bypassed"}\n'
    )
    assert cell_of(graph_of(text), text) == text


def test_what_is_nested_in_a_statement_is_told_by_its_key() -> None:
    space = graph_of(CELL)
    nested = next(node for node in space.nodes.values() if node.node_id == "py:builtins.range")
    space.edits.set_mode(nested, "frozen")
    space.edits.set_limits(space.find("root"), 3.0, 0)
    text = cell_of(space, CELL)
    assert text.splitlines()[-1].endswith('# funcnodes: {"parts": {"y/range": {"mode": "frozen"}}}')
    assert text.splitlines()[3].endswith('# funcnodes: {"timeout": 3.0}')
    assert portrait(graph_of(text)) == portrait(space)


def test_two_names_of_one_line_are_told_apart() -> None:
    source = "a, b = 1, 2\nc = a; d = b + 1\n"
    space = graph_of(source)
    for place, name in enumerate(("a", "b", "d")):
        moved(space, name, 500.0, 900.0 * place)
    text = cell_of(space, source)
    assert portrait(graph_of(text)) == portrait(space)
    assert bare(text) == source


def test_values_and_functions_of_the_notebook_have_their_places() -> None:
    kernel = {"table": KernelName("value"), "twice": KernelName("function", "def twice(v):\n    return v * 2\n")}
    source = "import math\nn = len(table)\nm = twice(n)\n"
    graph = read_cell(source, find_name, kernel)
    space = NodeSpace(builtin_library())
    nodes = put_reading(space, graph)
    moved(space, "table", 7.0, 8.0)
    moved(space, "twice", 9.0, 900.0)
    text = write_cell(live_nodes(space), find_name, source, graph, kernel=kernel)
    again = read_cell(text, find_name, kernel)
    assert again.drafts["table"].remark["pos"] == [7.0, 8.0]
    assert again.drafts["twice"].remark["pos"] == [9.0, 900.0]
    assert bare(text) == source
    assert len(nodes) == 4


def test_a_move_changes_no_code() -> None:
    """What is a node of code would run again else."""
    source = "x = 1\nx += 2\nfor i in range(3):\n    x = x + i\n"
    space = graph_of(source)
    moved(space, "x_2", 700.0, 700.0)
    text = cell_of(space, source)
    assert "x += 2  # funcnodes" in text
    nodes = {key: (node.uuid, node["__source__"].stored) for key, node in put_cell(space, source).items() if key != "x"}
    again = {key: (node.uuid, node["__source__"].stored) for key, node in put_cell(space, text).items() if key != "x"}
    assert again == nodes


def test_a_text_that_looks_like_a_remark_is_none() -> None:
    source = "x = '''\n# funcnodes: {\"mode\": \"frozen\"}\n'''\ny = '# funcnodes: {}'\n# funcnodes: {\"mode\": \"frozen\"}\n"
    space = graph_of(source)
    assert {node.mode for node in space.nodes.values()} == {"enabled"}
    assert cell_of(space, source) == source


@pytest.mark.parametrize(
    "said",
    [
        '{"pos": "here", "mode": 3, "after": "x", "groups": [], "ports": {"a": 1}, "parts": {"b": 2}}',
        '{"mode": "nonsense", "after": [1, "gone", "gone.out"], "group": [{}, 3], "wires": {"a": "gone.out"}}',
        '{"ports": {"a": {"value_options": 3, "nonsense": 1}, "z": {"hidden": true}}, "feedback": {"a": {}}}',
        '{"feedback": {"nope": "x.out", "b": "x.nope"}, "wires": {"nope": ["x.out"], "a": "x.nope"}, "after": ["y.nope"]}',
        "[1, 2]",
        "{",
    ],
)
def test_nonsense_in_a_remark_means_nothing(said: str) -> None:
    plain = "x = 1\ny = x + 1"
    assert portrait(graph_of(f"{plain}  # funcnodes: {said}")) == portrait(graph_of(plain))


# --- edges, groups, options -----------------------------------------------------------------------


def test_edges_by_hand_are_written_and_read() -> None:
    source = "a = 1\nb = 2\nc = b + a\n"
    space = graph_of(source)
    a, b, c = (space.find(name) for name in "abc")
    space.edits.connect(a["_triggeroutput"], b["_triggerinput"])
    space.edits.connect(c["out"], a["value"], feedback=True)
    text = cell_of(space, source)
    assert text == (
        'a = 1  # funcnodes: {"feedback": {"value": "c.out"}}\nb = 2  # funcnodes: {"after": ["a"]}\nc = b + a\n'
    )
    assert portrait(graph_of(text))["a"]["feedback"] == {"value": [("c", "out")]}
    assert portrait(graph_of(text))["b"]["sources"] == {"_triggerinput": [("a", "_triggeroutput")]}


def test_an_input_that_hands_its_value_on_is_a_source() -> None:
    source = "a = 5\nb = a + 1\nc = max(2, 3)\n"
    space = graph_of(source)
    space.edits.connect(space.find("b")["b"], space.find("c")["args_0"], replace=True)
    text = cell_of(space, source)
    assert text.endswith('c = max(1, 3)  # funcnodes: {"wires": {"args_0": ["b.b"]}}\n')
    again = graph_of(text)
    assert portrait(again)["c"]["sources"] == {"args_0": [("b", "b")]}
    space.edits.set_value(space.find("b").get_input("b"), 7)
    assert "c = max(7, 3)" in cell_of(space, text)
    assert "b = a + 7" in cell_of(space, text)
    put_cell(again, bare(text))
    assert portrait(again)["c"]["sources"] == {}


def test_groups_are_named_by_their_members_and_coloured_once() -> None:
    source = "a = 1\nb = 2\nc = 3\n"
    space = graph_of(source)
    a, b, c = (space.find(name).uuid for name in "abc")
    inner = space.edits.group([a, b], name="Load")
    outer = space.edits.group([c], [inner], name="All of it")
    space.edits.set_group_meta(inner, {"color": "#3b82f6"})
    text = cell_of(space, source)
    assert text == (
        'a = 1  # funcnodes: {"group": ["All of it", "Load"], "groups": {"Load": {"color": "#3b82f6"}}}\n'
        'b = 2  # funcnodes: {"group": ["All of it", "Load"]}\n'
        'c = 3  # funcnodes: {"group": ["All of it"]}\n'
    )
    again = graph_of(text)
    assert {name: node["groups"] for name, node in portrait(again).items()} == {
        name: node["groups"] for name, node in portrait(space).items()
    }
    assert len(again.groups) == len({inner, outer})
    put_cell(space, text)
    assert set(space.groups) == {inner, outer}, "they are the ones that there are"


def test_groups_change_with_the_text_and_stay_with_the_hand() -> None:
    text = 'a = 1  # funcnodes: {"group": ["Load"]}\nb = 2  # funcnodes: {"group": ["Load"]}\nc = 3\n'
    space = graph_of(text)
    (load,) = space.groups
    put_cell(space, text.replace("c = 3", 'c = 3  # funcnodes: {"group": ["Load"]}'))
    assert len(space.groups[load]["node_ids"]) == 3
    put_cell(space, text)
    assert len(space.groups[load]["node_ids"]) == 2
    space.edits.take_out([space.find("a").uuid])
    put_cell(space, text)
    assert space.groups[load]["node_ids"] == [space.find("b").uuid], "taken out by hand, it stays out"
    put_cell(space, bare(text))
    assert len(space.groups) == 0


def test_changed_ports_are_written_and_read() -> None:
    source = "import math\nx = 16\nroot = math.sqrt(x)\n"
    space = graph_of(source)
    space.edits.set_options(space.find("x")["value"], {"value_options": {"min": 0, "max": 99}, "name": "Mass"})
    space.edits.set_options(space.find("root")["x"], {"hidden": True})
    text = cell_of(space, source)
    assert '{"ports": {"value": {"value_options": {"min": 0, "max": 99}, "name": "Mass"}}}' in text
    again = graph_of(text)
    assert portrait(again) == portrait(space)
    put_cell(again, source)
    assert portrait(again)["x"]["options"] == {}, "the remark is gone, and with it what it said"


def test_what_was_changed_by_hand_stays_when_the_cell_runs_again() -> None:
    text = 'a = 1  # funcnodes: {"mode": "frozen"}\nb = 2\nc = a + b\n'
    space = graph_of(text)
    space.edits.set_mode(space.find("a"), "enabled")
    space.edits.connect(space.find("a")["_triggeroutput"], space.find("b")["_triggerinput"])
    before = portrait(space)
    put_cell(space, text)
    assert portrait(space) == before
    put_cell(space, text.replace("frozen", "bypassed"))
    assert space.find("a").mode == "bypassed"
    assert space.find("b").trigger_input._sources


# --- nodes that Python cannot make ----------------------------------------------------------------


def counting() -> NodeSpace:
    space = graph_of("x = 2\n", Counter)
    counter = space.edits.add_node("test.counter", name="Laps", trigger_on_create=False)
    more = space.edits.add_node("test.counter", name="More", trigger_on_create=False)
    moved(space, "Laps", 300.0, 400.0)
    moved(space, "More", 900.0, 400.0)
    total = space.edits.add_node("basic.add", name="total", trigger_on_create=False)
    space.edits.connect(space.find("x")["out"], counter["step"])
    space.edits.connect(counter["out"], total["a"])
    space.edits.set_value(total.get_input("b"), 10)
    space.edits.set_value(more.get_input("step"), 4)
    space.edits.set_mode(more, "disabled")
    moved(space, "total", 600.0, 700.0)
    return space


def test_a_node_that_python_cannot_make_stands_in_a_line_of_its_own() -> None:
    space = counting()
    text = cell_of(space)
    assert (
        '# funcnodes: {"node": {"node_id": "test.counter", "name": "Laps"}, "takes": {"step": "x"}, '
        '"gives": {"out": "Laps", "text": "Laps_text"}, "pos": [300.0, 400.0]}\n'
    ) in text
    again = graph_of(text, Counter)
    assert portrait(again) == portrait(space)
    assert cell_of(again, text) == text
    again.edits.set_value(again.find("More").get_input("step"), 5)
    again.edits.set_value(again.find("total").get_input("b"), 11)
    changed = cell_of(again, text)
    assert changed == text.replace('"value": 4', '"value": 5').replace("b=10", "b=11")
    uuid = again.find("Laps").uuid
    put_cell(again, changed)
    assert again.find("Laps").uuid == uuid, "what did not change stays"


def test_a_script_cannot_have_such_a_node() -> None:
    space = counting()
    for source in ("", cell_of(space)):
        with pytest.raises(NotWritableError, match=r"Laps is a test\.counter, which no function"):
            cell_of(space, source, remarks=False, alone=True)


def test_a_value_without_a_form_is_refused_by_name() -> None:
    space = counting()
    value: Any = object()
    space.edits.set_value(space.find("More").get_input("step"), value)
    with pytest.raises(NotWritableError, match=r"More\.step holds a object, which cannot be written"):
        cell_of(space)


@pytest.mark.parametrize(
    ("remark", "told"),
    [
        ('{"node": {"node_id": "test.counter"}, "takes": {"step": "gone"}}', "the name 'gone' is not defined"),
        ('{"node": {"node_id": "test.counter"}, "gives": {"out": "no name"}}', "this remark is no node"),
        ('{"node": {"name": "x"}}', "this remark is no node"),
    ],
)
def test_a_node_that_makes_no_sense_is_refused_at_its_line(remark: str, told: str) -> None:
    with pytest.raises(CellError, match=told) as caught:
        graph_of(f"x = 1\n# funcnodes: {remark}\n", Counter)
    assert caught.value.line == 2


# --- parts ----------------------------------------------------------------------------------------

PARTS = "# %% Load the data\nimport math\nx = [1, 4, 9]  # how many\n\n# %%\nroots = [math.sqrt(v) for v in x]\n"


def test_the_remark_of_a_part_stands_behind_the_line_that_begins_it() -> None:
    space = graph_of(PARTS)
    assert cell_of(space, PARTS) == PARTS
    moved(space, "Load the data", 40.0, -700.0)
    space.edits.set_mode(space.find("roots"), "disabled")
    lines = cell_of(space, PARTS).splitlines()
    assert lines[0] == '# %% Load the data  # funcnodes: {"pos": [40.0, -700.0]}'
    assert lines[4] == '# %%  # funcnodes: {"mode": "disabled"}'
    again = "\n".join(lines) + "\n"
    assert bare(again) == PARTS
    assert portrait(graph_of(again)) == portrait(space)
    assert cell_of(graph_of(again), again) == again


def test_before_the_first_line_of_a_part_the_remark_stands_behind_the_last_statement() -> None:
    source = "x = 1\ny = 2  # so\n\n# %% More\nz = x + y\n"
    space = graph_of(source)
    space.edits.set_mode(space.find("x"), "disabled")
    lines = cell_of(space, source).splitlines()
    assert lines[1] == 'y = 2  # so  # funcnodes: {"mode": "disabled"}'
    assert portrait(graph_of("\n".join(lines))) == portrait(space)
