"""A graph written as a cell and read again is the same graph, whatever a person did to it; made by dice."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import Any

from cellgraphs import bare, cell_of, graph_of, portrait, put_cell
from cellruns import run_as_python
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.nodestate import POS

NAMES = (
    "x",
    "y_2",
    "Größe",
    "a b",
    "for",
    "sum",
    "1st",
    "math",
    "node",
    "ü-ö",
    "x ",
    "C.d",
    '"q"',
    "\u2028",
    "#",
    "{}",
)
ONE_INPUT = ("py:operator.neg:a", "py:math.floor:x", "py:builtins.abs:x", "basic.absolute:value")
TWO_INPUTS = (
    "py:operator.add:a,b", "py:operator.sub:a,b", "py:operator.mul:a,b", "py:operator.lt:a,b", "py:builtins.max:args_0,args_1",
    "py:math.hypot:args_0,args_1", "basic.add:a,b", "basic.multiply:a,b", "py:math.copysign:x,y",
)  # fmt: skip
OUTPUTS = {"test.halves": ("whole", "rest"), "test.named": ("twice",)}
CONSTANTS = ("basic.number", "basic.whole_number", "basic.value")


class Hoard(Node):
    """A node that no function makes: it keeps what it got."""

    __slots__ = ("kept",)

    node_id = "test.hoard"
    a = NodeInput("a")
    b = NodeInput("b")
    out = NodeOutput("out")

    def func(self, a: Any, b: Any) -> Any:
        self.kept = (a, b)
        return a


@NodeDecorator("test.halves", outputs=[{"name": "whole"}, {"name": "rest"}])
def halves(a: float, b: float = 2.0) -> tuple[float, float]:
    return a // 2 + b, a % 2


@NodeDecorator("test.named", outputs=[{"name": "twice"}])
def twice(a: float, b: float = 0.0) -> float:
    return a * 2 + b


ALL = (*CONSTANTS, *ONE_INPUT, *TWO_INPUTS * 2, *["test.hoard:a,b", "test.halves:a,b", "test.named:a,b"] * 3)


CLASSES: tuple[Any, ...] = (Hoard, halves, twice)


@dataclass
class Plan:
    """A node that is to be."""

    name: str
    node_id: str
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Inputs by (place of another node, its port)."""
    look: dict[str, Any] = field(default_factory=dict)
    mode: str = "enabled"
    limits: tuple[float | None, int] = (None, 0)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    after: list[int] = field(default_factory=list)
    fed_back: dict[str, int] = field(default_factory=dict)
    group: int | None = None


NUMBER = st.one_of(st.integers(-9, 9), st.floats(-9, 9).map(lambda value: round(value, 2)))


@st.composite
def plan(draw: st.DrawFn, name: str, before: list[Plan], kinds: tuple[str, ...]) -> Plan:
    kind = draw(st.sampled_from(kinds))
    if kind in CONSTANTS:
        made = Plan(name, kind, {"value": draw(NUMBER)})
    else:
        node_id, _, ports = kind.rpartition(":")
        made = Plan(name, node_id)
        for port in ports.split(","):
            at = draw(st.integers(0, max(0, 2 * len(before) - 1)))
            if not before or at < len(before) // 2:
                made.values[port] = draw(NUMBER)
                continue
            source = before[at % len(before)]
            inputs = [*source.values, *source.sources]
            goes_on = inputs and draw(st.integers(0, 5)) == 0
            outputs = OUTPUTS.get(source.node_id, ("out",))
            made.sources[port] = (at % len(before), draw(st.sampled_from(inputs if goes_on else outputs)))
    made.look = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "pos": st.lists(st.integers(-99, 2000), min_size=2, max_size=2),
                "size": st.just([300, 200]),
                "collapsed": st.just(True),
            },
        )
    )
    made.mode = draw(st.sampled_from(["enabled"] * 5 + ["disabled", "bypassed", "frozen"]))
    made.limits = draw(st.sampled_from([(None, 0)] * 3 + [(2.5, 0), (None, 3), (1.0, 1)]))
    for port in (*made.values, *made.sources):
        if draw(st.integers(0, 5)) == 0:
            made.options[port] = draw(
                st.sampled_from(
                    [{"hidden": True}, {"value_options": {"min": 0, "max": 9}}, {"default": 3, "name": "É"}]
                )
            )
    if before:
        made.after = draw(st.lists(st.integers(0, len(before) - 1), max_size=2, unique=True))
        if draw(st.integers(0, 3)):
            made.after = []
    made.group = draw(st.none() | st.integers(0, 3))
    return made


@st.composite
def plans(
    draw: st.DrawFn, kinds: tuple[str, ...] = CONSTANTS + ONE_INPUT + TWO_INPUTS * 2
) -> tuple[list[Plan], list[int | None], list[dict[str, Any]]]:
    """Nodes; of each group in which other one it stands; and what is kept with it."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=7, unique=True))
    made: list[Plan] = []
    for name in names:
        made.append(draw(plan(name, made, kinds)))
    for place, node in enumerate(made[:-1]):
        for port in node.values:
            if draw(st.integers(0, 9)) == 0:
                node.fed_back[port] = draw(st.integers(place + 1, len(made) - 1))
    around = [None if not at else draw(st.none() | st.integers(0, at - 1)) for at in range(4)]
    metas = [
        draw(st.sampled_from([{}, {"name": "Load"}, {"name": "Größe \n 2", "color": "#f00"}, {"color": "red", "collapsed": True}]))
        for _ in range(4)
    ]  # fmt: skip
    return made, around, metas


def saved_ports(node: Plan) -> dict[str, Any]:
    own = node.node_id.startswith("py:")
    return {
        port: {"is_input": True, **({"added": {}} if own else {}), **({"value": node.values[port]} if port in node.values else {})}
        for port in (*node.values, *node.sources)
    }  # fmt: skip


def made_by(nodes: list[Plan], around: list[int | None], metas: list[dict[str, Any]], *, plain: bool) -> NodeSpace:
    """The graph; ``plain``: only what computes."""
    space = graph_of("", *CLASSES)
    for place, node in enumerate(nodes):
        record = {"id": str(place), "node_id": node.node_id, "name": node.name, "io": saved_ports(node)}
        made = space.add_saved(record, {} if plain else node.look)
        for port, (source, output) in node.sources.items():
            space.engine.connect(space.nodes[str(source)][output], made[port])
        if plain:
            continue
        made.set_mode(node.mode)
        made.set_limits(*node.limits)
        for port, options in node.options.items():
            made[port].override(**options)
        for source in node.after:
            space.engine.connect(space.nodes[str(source)]["_triggeroutput"], made["_triggerinput"])
    if plain:
        return space
    for place, node in enumerate(nodes):
        for port, source in node.fed_back.items():
            space.engine.connect(space.nodes[str(source)]._outs[-1], space.nodes[str(place)][port], feedback=True)
    for place, meta in enumerate(metas):
        parent = around[place]
        space.groups.add_group(f"g{place}", (), None if parent is None else f"g{parent}", meta)
    for place, node in enumerate(nodes):
        if node.group is not None:
            space.groups.add_nodes_to_group(f"g{node.group}", [str(place)])
    return space


def placed(space: NodeSpace) -> dict[str, Any]:
    """The graph as it looks; what had no place in it has one when it is read."""
    found = portrait(space)
    return {name: {key: value for key, value in said.items() if key != "place"} for name, said in found.items()}


def run(space: NodeSpace) -> dict[str, Any]:
    async def story() -> None:
        space.set_mode("reactive")
        space.run()
        await space.await_done()

    asyncio.run(story())
    return {node.name: node["out"].value for node in space.nodes.values()}


def alike(a: Any, b: Any) -> bool:
    return repr(a) == repr(b) or (isinstance(a, float) and isinstance(b, float) and math.isclose(a, b))


DICE = settings(max_examples=100, deadline=None, report_multiple_bugs=False, suppress_health_check=list(HealthCheck))


@given(plans(ALL))
@DICE
def test_a_graph_that_became_a_cell_becomes_the_same_graph(made: Any) -> None:
    space = made_by(*made, plain=False)
    text = cell_of(space)
    again = graph_of(text, *CLASSES)
    assert placed(again) == placed(space), text
    for node in space.nodes.values():
        if node.get_property(POS) is not None:
            assert portrait(again)[node.name]["place"] == node.get_property(POS), text
    assert cell_of(again, text) == text
    put_cell(again, text)
    assert cell_of(again, text) == text, "read once more, it changes nothing"


@given(plans())
@DICE
def test_without_its_remarks_a_cell_computes_the_same(made: Any) -> None:
    wanted = run(made_by(*made, plain=True))
    space = made_by(*made, plain=False)
    text = bare(cell_of(space))
    assert "funcnodes:" not in text
    names = run_as_python(text)
    got = run(graph_of(text, *CLASSES))
    for place, value in enumerate(wanted.values()):
        assert any(alike(value, found) for found in names.values()), (place, text)
        assert any(alike(value, found) for found in got.values()), (place, text)


@given(plans(ALL), plans(ALL))
@DICE
def test_a_cell_that_is_read_over_another_graph_of_its_own_changes_it_into_its_own(one: Any, other: Any) -> None:
    """As when a person edits the remarks and runs the cell again."""
    space = graph_of(cell_of(made_by(*one, plain=False)), *CLASSES)
    text = cell_of(made_by(*other, plain=False))
    put_cell(space, text)
    assert placed(space) == placed(graph_of(text, *CLASSES))


def test_a_function_with_two_outputs_is_a_call_that_is_taken_apart() -> None:
    space = made_by(
        [
            Plan("x", "test.halves", {"a": 7, "b": 1}),
            Plan("sum", "basic.add", sources={"a": (0, "whole"), "b": (0, "rest")}),
        ],
        [],
        [],
        plain=True,
    )
    text = cell_of(space, remarks=False)
    assert "whole, rest = " in text
    names = run_as_python(text)
    assert (names["whole"], names["rest"], names["sum_2"]) == (4, 1, 5)
    again = graph_of(text, *CLASSES)
    assert [node.node_id for node in again.nodes.values()] == ["test.halves", "basic.add"]
