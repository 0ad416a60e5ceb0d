"""From a function to a node class: ids, names, ports, types, descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Dict, List, Literal, Optional, Tuple, Type  # noqa: UP035

import pytest

from funcnodes_jupyter.core.datatypes import describe_type, kind_of, type_text
from funcnodes_jupyter.core.decorator import InputMeta, NodeDecorator, OutputMeta, class_name, node
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.values import DataEnum, NoValue


class Colour(Enum):
    RED = "r"
    BLUE = "b"


class Size(DataEnum):
    SMALL = (1, "small one")
    LARGE = (2, "large one")


TYPES = [
    (int, "int", "number", "int"),
    (float, "float", "number", "float"),
    (str, "str", "text", "str"),
    (bool, "bool", "boolean", "bool"),
    (None, "None", "any", "None"),
    (Any, "Any", "any", "Any"),
    (Optional[int], {"anyOf": ["int", "None"]}, "number", "int or None"),  # noqa: UP045
    (int | None, {"anyOf": ["int", "None"]}, "number", "int or None"),
    (List[int], {"type": "array", "uniqueItems": False, "items": "int"}, "any", "list of int"),  # noqa: UP006
    (set[int], {"type": "array", "uniqueItems": True, "items": "int"}, "any", "list of int"),
    (Dict[str, int], {"type": "object", "keys": "str", "values": "int"}, "any", "dict of str to int"),  # noqa: UP006
    (Tuple[int, str], {"allOf": ["int", "str"]}, "any", "tuple of int, str"),  # noqa: UP006
    (Type[int], {"type": "type", "value": "int"}, "any", "type"),  # noqa: UP006
    (
        Literal["a", "b"],
        {"type": "enum", "values": ["a", "b"], "keys": ["a", "b"], "nullable": False},
        "text",
        "choice",
    ),
    (Colour, {"type": "enum", "values": ["r", "b"], "keys": ["RED", "BLUE"], "nullable": False}, "text", "choice"),
    ("pandas.DataFrame", "pandas.DataFrame", "table", "DataFrame"),
    ("numpy.ndarray", "numpy.ndarray", "array", "ndarray"),
    ("matplotlib.figure.Figure", "matplotlib.figure.Figure", "figure", "Figure"),
]


@pytest.mark.parametrize(("annotation", "description", "kind", "words"), TYPES, ids=lambda value: str(value)[:24])
def test_types(annotation: Any, description: Any, kind: str, words: str) -> None:
    assert describe_type(annotation) == description
    assert kind_of(describe_type(annotation)) == kind
    assert type_text(describe_type(annotation)) == words


@pytest.mark.parametrize(
    ("function", "expected"),
    [("alpha_beta", "AlphaBetaNode"), ("add", "AddNode"), ("my_node", "MyNode"), ("addNode", "AddNode")],
)
def test_class_names(function: str, expected: str) -> None:
    assert class_name(function) == expected


def test_a_function_becomes_a_class() -> None:
    @NodeDecorator("pack.scale", name="Scale values")
    def scale(values: list[float], factor: float = 2.0, *, mode: Literal["up", "down"] = "up") -> list[float]:
        """Multiplies each value.

        Longer text.

        Args:
            values: What to scale,
                in any unit.
            factor (float): By how much.

        Returns:
            The scaled values.
        """
        return [value * factor for value in values]

    assert issubclass(scale, Node)
    assert (scale.__name__, scale.node_id, scale.node_name) == ("ScaleNode", "pack.scale", "Scale values")
    assert scale.description == "Multiplies each value.\n\nLonger text."
    assert [spec.id for spec in scale.input_specs] == ["values", "factor", "mode"]
    assert [spec.description for spec in scale.input_specs] == ["What to scale, in any unit.", "By how much.", ""]
    assert scale.input_specs[2].value_options == {"options": ["up", "down"]}
    assert [spec.id for spec in scale.output_specs] == ["out"]
    assert scale.o_func([1.0], 3.0) == [3.0]

    made = scale()
    assert made.missing() == ["values"]
    assert (made["factor"].value, made.inputs["mode"].value) == (2.0, "up")
    assert list(made.inputs) == ["values", "factor", "mode", "_triggerinput"]


def test_no_id_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs an id"):
        NodeDecorator()


def test_the_short_form_takes_its_id_from_the_function() -> None:
    @node
    def plain(a: int) -> int:
        return a

    @node(name="Named")
    def named(a: int) -> int:
        return a

    assert plain.node_id.endswith("plain")
    assert plain.node_name == "plain"
    assert named.node_name == "Named"


def test_metadata_and_overrides() -> None:
    @NodeDecorator(
        "pack.meta",
        outputs=[{"name": "total", "description": "the sum"}, {"name": "count"}],
        default_io_options={"b": {"hidden": True}},
    )
    def meta(a: Annotated[int, InputMeta(name="First", required=False)], b: int = 1) -> tuple[int, int]:
        return a + b, 2

    @NodeDecorator("pack.named_out")
    def named_out(a: int) -> Annotated[int, OutputMeta(name="result")]:
        return a

    assert (meta.input_specs[0].label, meta.input_specs[0].id, meta.input_specs[0].required) == ("First", "a", False)
    assert meta.input_specs[1].hidden
    assert [spec.id for spec in meta.output_specs] == ["total", "count"]
    assert [spec.id for spec in named_out.output_specs] == ["result"]


def test_outputs_follow_the_return_type() -> None:
    def pair(a: int) -> tuple[int, str]: ...  # type: ignore[empty-body]
    def nothing(a: int) -> None: ...
    def silent(a: int): ...  # type: ignore[no-untyped-def]
    def numbers(a: int) -> Iterator[float]: ...  # type: ignore[empty-body]

    ids = {function.__name__: [spec.id for spec in NodeDecorator("x.y")(function).output_specs]
           for function in (pair, nothing, silent, numbers)}  # fmt: skip
    assert ids == {"pair": ["out0", "out1"], "nothing": [], "silent": [], "numbers": ["out"]}
    assert NodeDecorator("x.y")(numbers).output_specs[0].type == "float"


def test_a_parameter_called_node_gets_the_node() -> None:
    @NodeDecorator("pack.who")
    def who(node: Node, a: int) -> str:
        return f"{node.name} {a}"

    made = who(name="me")
    assert [spec.id for spec in who.input_specs] == ["a"]
    assert made.function(a=1) == "me 1"


def test_a_class_names_its_ports_itself() -> None:
    class Twice(Node):
        node_id = "pack.twice"
        node_name = "Twice"
        value = NodeInput(type=int, default=4)
        out = NodeOutput(type=int)

        async def func(self, value: int) -> None:
            self.outputs["out"].value = value * 2

    made = Twice()
    assert made.inputs["value"].value == 4
    assert made["value"].type_text == "int"
    assert made.outputs["out"].value is NoValue


def test_variable_arguments_cannot_be_ports() -> None:
    def many(*args: int) -> int:
        return sum(args)

    with pytest.raises(TypeError, match=r"\*args"):
        NodeDecorator("x.many")(many)


@pytest.mark.parametrize("given", [Size.LARGE, "LARGE", 2, "large one", "Size.LARGE"])
def test_a_data_enum_knows_what_is_meant(given: Any) -> None:
    assert Size.v(given) == 2


def test_a_data_enum_refuses_strangers() -> None:
    with pytest.raises(ValueError, match="no member of Size: SMALL, LARGE"):
        Size.v("huge")
