"""The library as a person sees it, and what it costs before anything runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from funcnodes_jupyter.core.constraints import check
from funcnodes_jupyter.core.errors import ValueConversionError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.shelf import flatten_shelf
from funcnodes_jupyter.nodes import shelves


def test_shelves(library: Library) -> None:
    assert [shelf.name for shelf in library.shelves] == ["Data", "Plot", "Basic", "Python"]
    assert [shelf.name for shelf in library.shelves[2].subshelves] == [
        "Values", "Arithmetic", "Comparison", "Logic", "Text", "Lists", "Dictionaries",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ({"pandas"}, ["Basic", "Python"]),
        ({"matplotlib"}, ["Data", "Basic", "Python"]),
        ({"pandas", "matplotlib"}, ["Basic", "Python"]),
    ],
    ids=str,
)
def test_shelves_without_optional_packages(monkeypatch: pytest.MonkeyPatch, missing: set[str], left: list[str]) -> None:
    monkeypatch.setattr(shelves, "find_spec", lambda name: None if name in missing else object())
    assert [shelf.name for shelf in shelves.builtin_library().shelves] == left


def test_everything_is_described(library: Library) -> None:
    for cls in library:
        assert cls.node_name[0].isupper(), cls.node_id
        assert "_" not in cls.node_name, cls.node_id
        assert cls.description.endswith((".", ")")), cls.node_id
        undescribed = [spec.id for spec in cls.input_specs if not spec.description]
        assert not undescribed, cls.node_id
        by_its_text = cls.node_id == "py.code"
        assert [spec.id for spec in cls.output_specs] == ([] if by_its_text else ["out"]), cls.node_id


def test_names_are_told_apart(library: Library) -> None:
    names = [cls.node_name for shelf in library.shelves for cls in flatten_shelf(shelf)[0]]
    assert len(names) == len(set(names))


def test_tables_and_figures_show_themselves(library: Library) -> None:
    for cls in library:
        if cls.node_id.partition(".")[0] in ("data", "plot"):
            assert cls.default_render_options["data"]["src"] == "out", cls.node_id


def test_types_of_ports_are_texts(library: Library) -> None:
    table = library.get_node_by_id("data.filter_rows").input_specs[0]
    figure = library.get_node_by_id("plot.scatter").output_specs[0]
    assert (table.type, figure.type) == ("pandas.DataFrame", "matplotlib.figure.Figure")


BOUNDS = [
    ("plot.histogram", "bins", [1, 1000], [0, 1001]),
    ("data.bootstrap_mean", "samples", [1], [0]),
    ("data.bootstrap_mean", "confidence", [0.5], [0, 1]),
    ("basic.part_of_text", "length", [0], [-1]),
    ("basic.square_root", "value", [0, 2.5], [-0.1]),
]


@pytest.mark.parametrize(("node_id", "port", "good", "bad"), BOUNDS, ids=str)
def test_what_a_node_cannot_take_is_refused_at_its_port(
    library: Library, node_id: str, port: str, good: list[float], bad: list[float]
) -> None:
    options = next(spec for spec in library.get_node_by_id(node_id).input_specs if spec.id == port).value_options
    for value in good:
        check(value, options)
    for value in bad:
        with pytest.raises(ValueConversionError):
            check(value, options)


def test_defaults_lie_within_the_bounds(library: Library) -> None:
    for cls in library:
        for spec in cls.input_specs:
            check(spec.default, spec.value_options, f"{cls.node_id}.{spec.id}")


def test_an_idle_library_stays_small() -> None:
    code = (
        "import sys\n"
        "from funcnodes_jupyter.core.nodespace import NodeSpace\n"
        "from funcnodes_jupyter.nodes.shelves import builtin_library\n"
        "space = NodeSpace(builtin_library())\n"
        "for cls in space.lib: space.add_node_by_id(cls.node_id, trigger_on_create=False)\n"
        "print(sorted({'pandas', 'matplotlib', 'numpy'} & set(sys.modules)))\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"
