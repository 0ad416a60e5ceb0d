"""Functions of a notebook as nodes: with what they read, changed by being defined again, and trusted or not."""

from __future__ import annotations

import json
import random
import re
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy
import pytest
from kernels import errors_of, run_cells

from funcnodes_jupyter.notebook.errors import CellRefusedError, NodeFailedError, NotComputedError
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.nodefunctions import definitions, standing_alone
from funcnodes_jupyter.wire.errors import CommandError

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
SCALE = """\
def scale(values: list, factor: float = 2.0) -> list:
    '''Multiply.

    Args:
        values: What is multiplied.
        factor: By how much.
    '''
    return [value * factor for value in values]
"""


def define(flow: Flow, text: str) -> int:
    return flow.define(textwrap.dedent(text))


def shelf(flow: Flow) -> dict[str, Any]:
    library = flow._remote.command("get_library", {})
    found = next((shelf for shelf in library["shelves"] if shelf["name"] == "Notebook"), {"nodes": []})
    return {node["node_id"]: node for node in found["nodes"]}


def test_a_function_becomes_a_node_with_its_parameters_in_order(flow: Flow) -> None:
    define(flow, SCALE)
    listed = shelf(flow)["nb:scale"]
    assert (listed["node_name"], listed["description"]) == ("scale", "Multiply.")
    assert [(port["id"], port["description"]) for port in listed["inputs"]] == [
        ("values", "What is multiplied."),
        ("factor", "By how much."),
    ]
    node = flow.add("nb:scale", values=[1, 2])
    assert node.value == [2.0, 4.0]
    node.inputs["factor"] = 3
    assert node.value == [3.0, 6.0]
    flow._remote.command("save", {})
    flow.restart()
    flow.run()
    assert flow["scale"].value == [3.0, 6.0]
    ports = [port.id for port in flow._remote.graph().find("scale").io if port.is_input and not port.hidden]
    assert ports == ["values", "factor"]  # not in the order of the alphabet


def test_defined_again_its_nodes_call_the_new_one_and_keep_what_fits(flow: Flow) -> None:
    define(flow, SCALE)
    flow.add("basic.list", name="numbers", value=[1, 2])
    flow.add("nb:scale", factor=5)
    flow.connect("numbers.out", "scale.values")
    assert flow["scale"].value == [5.0, 10.0]
    assert (
        define(
            flow,
            SCALE.replace("2.0) -> list", "2.0, offset: float = 1) -> list").replace("* factor", "* factor + offset"),
        )
        == 1
    )
    assert flow["scale"].value == [6.0, 11.0]
    assert flow.edges == [("numbers.out", "scale.values")]
    assert define(flow, "def scale(values, power=2):\n    return [value**power for value in values]") == 1
    assert flow["scale"].value == [1, 4]
    assert define(flow, "def scale(values, power=2):\n    return [value**power for value in values]") == 0
    flow.undo()
    assert flow["scale"].value == [6.0, 11.0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("def f(a=3):\n    return a + 1", 4),
        ("async def f(a=3):\n    return a + 1", 4),
        ("def f(a=3):\n    for n in range(a):\n        yield n", 2),
        ("async def f(a=3):\n    for n in range(a):\n        yield n", 2),
        ("import math\n\ndef f(a=16):\n    return math.sqrt(a)", 4.0),
        ("def helper(a):\n    return a * 2\n\ndef f(a=3, *, b=1):\n    return helper(a) + b", 7),
        ("from functools import lru_cache\n\n@lru_cache\ndef f(a=3):\n    return a", 3),
        ("def f(node, a=3):\n    node.progress_state\n    return node.name", "f"),
    ],
)
def test_functions_of_every_kind_run(flow: Flow, text: str, value: Any) -> None:
    flow.define(text)
    assert flow.add("nb:f").value == value


def test_a_function_runs_in_a_thread_beside_others(flow: Flow) -> None:
    text = "import threading\n\ndef f(a=1):\n    return threading.current_thread() is threading.main_thread()"
    flow.define(text, separate_thread=True)
    assert flow.add("nb:f").value is False
    flow.define(text)
    assert flow["f"].value is True


def test_several_outputs(flow: Flow) -> None:
    define(flow, "def split(a: int) -> tuple[int, str]:\n    return a // 2, str(a)")
    node = flow.add("nb:split", a=9)
    assert (node.outputs["out0"].value, node.outputs["out1"].value) == (4, "9")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "There is no function in it"),
        ("def f(:\n    pass", "This is no Python: .* line 1"),
        ("def f(*values):\n    return values", r"f cannot be a node: .*\*values"),
        ("def f(out):\n    return out", "its output is called 'out', and so is a parameter"),
        ("def f(a=missing):\n    return a", "f cannot be made: NameError: name 'missing'"),
        ("def f(a):\n    return a\nf = 3", "f is a int in the end"),
    ],
)
def test_what_cannot_be_a_node_is_refused_with_a_reason(flow: Flow, text: str, words: str) -> None:
    before = shelf(flow)
    with pytest.raises(CommandError, match=words) as caught:
        flow.define(text)
    assert caught.value.code == "FunctionSourceError"
    assert shelf(flow) == before


def test_an_error_is_told_with_the_line_of_the_function(flow: Flow) -> None:
    define(flow, "def f(a=0):\n    b = a\n    return 1 / b")
    with pytest.raises(NodeFailedError, match="division by zero") as caught:
        _ = flow.add("nb:f").value
    assert "return 1 / b" in caught.value.traceback
    error = flow._remote.graph().find("f").error
    assert error is not None
    assert (error.function, error.line) == ("f", 3)


def test_the_library_keeps_functions_when_the_graph_is_cleared_and_forgets_them_when_asked(flow: Flow) -> None:
    define(flow, SCALE)
    flow._remote.command("clear", {})
    assert flow.add("nb:scale", values=[1]).value == [2.0]
    flow.forget("scale")
    assert "nb:scale" not in shelf(flow)
    flow["scale"].inputs["factor"] = 4
    assert flow["scale"].value == [4.0]
    with pytest.raises(CommandError, match="nb:other") as caught:
        flow.forget("other")
    assert caught.value.code == "NodeClassNotFoundError"


# --- what a function takes along ------------------------------------------------------------------


def test_a_function_takes_along_what_it_reads() -> None:
    cell = textwrap.dedent(
        """
        class Point:
            pass

        def _double(value):
            return value * FACTOR

        @flow.node(name="Smooth")
        @functools.lru_cache
        def smooth(value, window=3):
            return np.sqrt(_double(value)) + len(loads(repr(window))) + Point().x
        """
    )
    import functools

    names = {"np": numpy, "functools": functools, "loads": json.loads, "FACTOR": 3, "unused": object()}
    beside = definitions(cell)
    text = standing_alone("smooth", beside["smooth"], names, beside)
    assert text == textwrap.dedent(
        """\
        import functools
        import numpy as np
        from json import loads


        class Point:
            pass


        FACTOR = 3


        def _double(value):
            return value * FACTOR


        @functools.lru_cache
        def smooth(value, window=3):
            return np.sqrt(_double(value)) + len(loads(repr(window))) + Point().x
        """
    )


@pytest.mark.parametrize(
    ("function", "written"),
    [
        (time.sleep, "from time import sleep as f"),
        (random.gauss, "from random import gauss as f"),
        (random.random, "from random import random as f"),
        (numpy.sin, "from numpy import sin as f"),
    ],
)
def test_functions_that_are_not_written_in_python_are_imported_there(function: Any, written: str) -> None:
    text = standing_alone("g", "def g():\n    return f", {"f": function})
    assert text.startswith(f"{written}\n")
    exec(text, names := {})
    assert names["g"]() == function


def test_a_value_that_does_not_travel_is_named() -> None:
    with pytest.raises(CellRefusedError, match="smooth reads 'table', a object of the notebook"):
        standing_alone("smooth", "def smooth(a):\n    return table", {"table": object()})


def test_the_decorator_gives_the_function_back(flow: Flow) -> None:
    @flow.node
    def double(a: int) -> int:
        """Twice as much."""
        return a * len(re.findall("a", "aa"))

    assert double(4) == 8
    assert flow.add("nb:double", a=4).value == 8


# --- trust ----------------------------------------------------------------------------------------


def test_code_from_elsewhere_runs_when_it_is_trusted_and_not_before(flow: Flow) -> None:
    define(flow, SCALE)
    flow.add("nb:scale", values=[1])
    flow.run_cell("import math\nx = 16\nroot = math.sqrt(x)\nshout = 'a'.upper()\nparts = [x for x in range(3)]")
    flow.add("basic.number", name="plain", value=1.5)
    document = flow.export("json")
    flow.load(document)
    graph = flow._remote.graph()
    marked = {node.name for node in graph.nodes.values() if node.untrusted}
    assert marked == {"scale", "root", "shout", "parts"}
    flow.run()
    for name in marked:
        with pytest.raises(NotComputedError, match="code that came from elsewhere"):
            _ = flow[name].value
    assert flow["plain"].value == 1.5
    new = flow.add("nb:scale", name="another", values=[2])  # the library came from there, too
    with pytest.raises(NotComputedError, match="code that came from elsewhere"):
        _ = new.value
    with pytest.raises(CommandError, match="trust the graph first"):
        flow.export("script")
    for name, text in (("parts", "[1]"), ("scale", "def scale():\n    return 1")):
        with pytest.raises(CommandError, match="code that came from elsewhere"):
            flow._remote.command("set_code", {"uuid": graph.find(name).uuid, "source": text})
    flow._remote.command("save", {})
    flow.restart()  # a mark is saved
    assert {node.name for node in flow._remote.graph().nodes.values() if node.untrusted} == {*marked, "another"}
    assert {node.name for node in flow.trust()} == {*marked, "another"}
    flow.run()
    assert (flow["scale"].value, flow["root"].value, flow["shout"].value) == ([2.0], 4.0, "A")
    assert flow.add("nb:scale", name="third", values=[3]).value == [6.0]


def test_a_cell_takes_nothing_of_a_foreign_node_but_what_the_cell_says(flow: Flow) -> None:
    cell = "name = 'ada'\nshout = name.upper()"
    flow.run_cell(cell)
    document = json.loads(flow.export("json"))
    method = next(node for node in document["nodes"] if node["name"] == "shout")
    method["io"]["method"]["value"] = "title"  # and says that the cell wanted so
    flow.load(json.dumps(document))
    flow.run_cell(cell)
    assert flow["shout"].value == "ADA"


def test_a_function_that_is_defined_here_is_trusted_at_once(flow: Flow) -> None:
    define(flow, SCALE)
    flow.add("nb:scale", values=[1])
    flow.load(flow.export("json"))
    assert define(flow, SCALE) == 1
    assert flow["scale"].value == [2.0]


# --- in a notebook --------------------------------------------------------------------------------


class TestMagic:
    """``%%funcnodes_node``."""

    def test_what_cannot_be_is_said_in_a_sentence(self, tmp_path: Path) -> None:
        refused = (
            ("%%funcnodes_node\ndef f(a): return a", "say which graph it is for; none is open"),
            ("%%funcnodes_node it\nx = 1", "defines no function whose name begins without an underscore"),
            ("%%funcnodes_node it\ndef f(a): return a + it\nit = object()", "f reads 'it', a object of the notebook"),
            ("%%funcnodes_node it\ndef f(*a): return a", "f cannot be a node"),
            ("%%funcnodes_node it\n!ls\ndef f(a): return a", "Magics and shell lines need a cell of their own"),
        )
        texts = errors_of(tmp_path, *(cell for cell, _ in refused))
        for (_, told), text in zip(refused, texts, strict=True):
            assert told in text

    def test_the_only_graph_that_is_open_needs_no_name(self, tmp_path: Path) -> None:
        ran = run_cells(
            tmp_path,
            "%load_ext funcnodes_jupyter",
            "flow = %funcnodes only",
            "%%funcnodes_node\ndef one(a=1):\n    return a\n\ndef two(a=1):\n    return one(a) * 2",
            "flow.add('nb:two', a=4).value, one(3)",
        )
        assert [cell["shown"][0]["text/plain"] for cell in ran[-2:]] == [
            "one, two are in the library of 'only'.",
            "(8, 3)",
        ]
