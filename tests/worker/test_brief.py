"""Values in one line, tables and bundles."""

from __future__ import annotations

import base64
import datetime
import enum
import math
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from msgspec import UNSET

from funcnodes_jupyter.core.nodeio import NodeInput
from funcnodes_jupyter.core.values import NoValue
from funcnodes_jupyter.worker.brief import LINE, describe, describe_port
from funcnodes_jupyter.worker.bundles import MAX_BUNDLE_BYTES, capped, quick_bundle, rich_bundle
from funcnodes_jupyter.worker.jsonable import Sample, is_simple, to_json
from funcnodes_jupyter.worker.numbers import column_texts
from funcnodes_jupyter.worker.tables import TABLE_MIME, is_table, table_page


class Explosive:
    """Nobody may touch it outside the main thread."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")

    def __repr__(self) -> str:
        raise AssertionError("repr was asked for")

    __str__ = __repr__
    __len__ = __repr__  # type: ignore[assignment]
    __eq__ = __repr__  # type: ignore[assignment]
    __hash__ = __repr__  # type: ignore[assignment]
    __bool__ = __repr__  # type: ignore[assignment]


class Unspeakable:
    """A table may hold it; its text may not be asked for outside the main thread."""

    def __repr__(self) -> str:
        raise AssertionError("repr was asked for")


class Colour(enum.Enum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        ("", "''"),
        ("it's", '"it\'s"'),
        (True, "True"),
        (3, "3"),
        (-2.5, "-2.5"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (1e300, "1e+300"),
        (2 + 3j, "(2+3j)"),
        (b"ab", "b'ab'"),
        ([], "[]"),
        ([1, "a", None], "[1, 'a', None]"),
        ((1,), "(1,)"),
        ((), "()"),
        ({}, "{}"),
        (set(), "set()"),
        ({1}, "{1}"),
        (frozenset({1}), "frozenset({1})"),
        ({"a": [1, {"b": 2}]}, "{'a': [1, {'b': 2}]}"),
        (range(3), "range(0, 3)"),
        (datetime.date(2020, 1, 2), "datetime.date(2020, 1, 2)"),
        (PurePosixPath("/x"), "PurePosixPath('/x')"),
        (Colour.RED, "Colour.RED"),
        (Explosive, "<class 'Explosive'>"),
        (1 << 4000, "int of 4,001 bits"),
    ],
)
def test_as_python_shows_it(value: Any, text: str) -> None:
    assert describe(value).text == text


def test_arrays_of_other_kinds_and_numbers_longer_than_pythons(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    values = [
        np.ma.masked_array([1, 2], [False, True]), np.ma.masked, np.rec.array([(1, 2)]), np.char.array(["a", "b"]),
        np.memmap(tmp_path / "m", dtype="f8", shape=(3,), mode="w+"), np.longdouble(1), np.clongdouble(1 + 1j),
    ]  # fmt: skip
    texts = ["MaskedArray", "MaskedConstant", "recarray", "chararray", "memmap", "1.0", "(1+1j)"]
    assert [describe(value).text for value in values] == texts
    assert describe(values).text.startswith("[MaskedArray, MaskedConstant, recarray, ")


def test_the_code_of_a_value_is_never_run() -> None:
    assert describe(Explosive()).text == "Explosive"
    assert describe([Explosive()]).text == "[Explosive]"
    assert describe({"k": (1, Explosive())}).text == "{'k': (1, Explosive)}"
    assert quick_bundle([Explosive()]) == {"application/json": ["Explosive"], "text/plain": "[Explosive]"}
    assert quick_bundle(Explosive()) is None
    assert not is_simple([Explosive()])


@pytest.mark.parametrize(
    ("value", "scalar"),
    [
        (None, None),
        (1, 1),
        ("x", "x"),
        (1.5, 1.5),
        (False, False),
        (math.nan, UNSET),
        (2**60, UNSET),
        ([1], UNSET),
        ("x" * 9999, UNSET),
    ],
)
def test_small_scalars_travel_themselves(value: Any, scalar: Any) -> None:
    found = describe(value).value
    assert found == scalar if scalar is not UNSET else found is UNSET


@pytest.mark.parametrize(
    "value", ["x" * 10_000, list(range(10_000)), {n: n for n in range(10_000)}, [["y" * 999] * 999] * 999]
)
def test_long_values_are_cut(value: Any) -> None:
    info = describe(value)
    assert len(info.text) <= LINE
    assert info.truncated


def test_a_list_that_holds_itself() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert "…" in describe(loop).text
    assert Sample().of(loop)


@pytest.mark.parametrize(
    ("stored", "default", "text", "is_default"),
    [(3, 1, "3", False), (NoValue, 1, "1", True), (None, 1, "None", False), (NoValue, None, "None", True)],
)
def test_a_ports_value(stored: Any, default: Any, text: str, is_default: bool) -> None:
    info = describe_port(stored, default)
    assert info is not None
    assert (info.text, info.is_default) == (text, is_default)


def test_a_port_without_a_value_and_one_with_a_factory() -> None:
    assert describe_port(NoValue, NoValue) is None

    def never(port: NodeInput) -> Any:
        raise AssertionError("a factory is the user's code")

    info = describe_port(NoValue, NodeInput.DefaultFactory(never))
    assert info is not None
    assert info.text == "default"


def test_a_container_that_changes_meanwhile() -> None:
    class Changing(dict):  # type: ignore[type-arg]
        pass

    assert describe(Changing(a=1)).text == "Changing"


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([4675, 12], ["4,675", "12"]),
        ([43.921, 5.1], ["43.92", "5.10"]),
        ([39.1, 40.0], ["39.1", "40.0"]),
        ([3700.66, 5076.01], ["3,701", "5,076"]),
        ([1.0, 2.0], ["1", "2"]),
        ([0.000485, 0.0001], ["0.000485", "0.000100"]),
        ([math.nan, 1.5], ["nan", "1.5"]),
        ([1e-9, 1e-12], ["1.000e-09", "1.000e-12"]),
        ([1e20], ["1.000e+20"]),
        ([5000.0, 0.0001], ["5,000", "0.0001"]),
        ([-1.5, 0.0], ["-1.5", "0.0"]),
        ([], []),
        ([math.nan], ["nan"]),
        ([math.inf, 1.0], ["inf", "1"]),
    ],
)
def test_columns_of_numbers(values: list[float], texts: list[str]) -> None:
    assert column_texts(values) == texts


def test_years_are_not_grouped() -> None:
    assert column_texts([2007, 2009], "year") == ["2007", "2009"]
    assert column_texts([2007.0, math.nan], "year") == ["2,007", "nan"]


# --- tables -------------------------------------------------------------------------------------


def test_a_page_of_a_frame() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"n": [1, 2000, 3], "text": ["a", None, "c"], "odd": [Unspeakable(), 1, "x"]})
    page = table_page(frame, 1, 1)
    assert page.rows == [["2,000", page.rows[0][1], "1"]]
    assert [(column.name, column.align, column.is_index) for column in page.columns] == [
        ("n", "right", False),
        ("text", "left", False),
        ("odd", "left", False),
    ]
    assert (page.offset, page.total_rows, page.total_columns) == (1, 3, 3)
    assert table_page(frame, 0, 1).rows[0][2] == "Unspeakable"
    assert table_page(frame, 99, 10).rows == []


def test_an_index_that_means_something_comes_first() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"k": ["a", "b", "a"], "l": ["x", "y", "x"], "v": [1.0, 2.0, 3.5]})
    one = table_page(frame.groupby("k").mean(numeric_only=True), 0, 5)
    assert [(column.name, column.is_index) for column in one.columns] == [("k", True), ("v", False)]
    two = table_page(frame.groupby(["k", "l"])["v"].sum(), 0, 5)
    assert [column.name for column in two.columns] == ["k", "l", "v"]
    assert two.rows == [["a", "x", "4.5"], ["b", "y", "2.0"]]
    filtered = table_page(frame[frame.v > 1], 0, 5)
    assert [column.name for column in filtered.columns] == ["k", "l", "v"]


def test_arrays() -> None:
    np = pytest.importorskip("numpy")
    assert table_page(np.arange(3), 0, 5).rows == [["0"], ["1"], ["2"]]
    page = table_page(np.eye(3), 0, 2, columns=2)
    assert (page.rows, page.total_columns) == ([["1", "0"], ["0", "1"]], 3)
    assert not is_table(np.zeros((2, 2, 2)))
    assert describe(np.zeros((2, 3))).text == "ndarray 2 × 3 float64"
    assert (describe(np.float64(3.5)).text, describe(np.int8(3)).type) == ("3.5", "int8")


def test_frames_in_one_line() -> None:
    pd = pytest.importorskip("pandas")
    info = describe(pd.DataFrame({"a": range(1200)}))
    assert (info.text, info.type, info.shape) == ("DataFrame 1,200 × 1", "DataFrame", [1200, 1])
    assert [describe(value).text for value in (pd.NaT, pd.NA)] == ["NaT", "<NA>"]

    class Mine(pd.DataFrame):  # type: ignore[misc,name-defined]
        @property
        def shape(self) -> Any:
            raise AssertionError("this is somebody's code")

    assert describe(Mine({"a": [1]})).text == "Mine"


# --- bundles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "bundle"),
    [
        ("text", {"text/plain": "text"}),
        ("", {"text/plain": ""}),
        (None, {"text/plain": "None"}),
        (3.5, {"text/plain": "3.5"}),
        ([1, math.nan], {"application/json": [1, "nan"], "text/plain": "[1, nan]"}),
        ({"a": {"b": (1, 2)}}, {"application/json": {"a": {"b": [1, 2]}}, "text/plain": "{'a': {'b': (1, 2)}}"}),
    ],
)
def test_quick_bundles(value: Any, bundle: Any) -> None:
    assert quick_bundle(value) == bundle


def test_tables_have_twenty_rows_and_columns() -> None:
    pd = pytest.importorskip("pandas")
    bundle = quick_bundle(pd.DataFrame({f"c{n}": range(100) for n in range(50)}))
    assert bundle is not None
    page = bundle[TABLE_MIME]
    assert (len(page["rows"]), len(page["columns"]), page["total_rows"], page["total_columns"]) == (20, 20, 100, 50)


class Html:
    def _repr_html_(self) -> str:
        return "<b>x</b>"

    def __repr__(self) -> str:
        return "Html"


class Png:
    def _repr_png_(self) -> bytes:
        return b"\x89PNG"

    def __repr__(self) -> str:
        return "Png"


class Whole(Html):
    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return {"text/html": "<i>y</i>", "application/x": 1}, {"meta": 1}


class Failing(Html):
    def _repr_html_(self) -> str:
        raise ValueError("no")


class Everything:
    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: "anything"

    def __repr__(self) -> str:
        return "Everything"


class NoRepr:
    def __repr__(self) -> str:
        raise ValueError("no repr")


@pytest.mark.parametrize(
    ("value", "bundle"),
    [
        (Html(), {"text/html": "<b>x</b>", "text/plain": "Html"}),
        (Png(), {"image/png": "iVBORw==", "text/plain": "Png"}),
        (Whole(), {"text/html": "<i>y</i>", "application/x": 1, "text/plain": "Html"}),
        (Failing(), {"text/plain": "Html"}),
        (Everything(), {"text/plain": "Everything"}),
        (NoRepr(), {"text/plain": "NoRepr (no preview: ValueError: no repr)"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_value_says_of_itself(value: Any, bundle: Any) -> None:
    assert rich_bundle(value) == bundle


def test_a_class_is_not_asked() -> None:
    assert rich_bundle(Html) == {"text/plain": repr(Html)}


def test_what_is_too_large_is_left_out_and_said() -> None:
    bundle = capped({"text/html": "x" * (MAX_BUNDLE_BYTES + 1), "text/plain": "short"})
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].startswith("short\n(text/html of 0.9 MiB")


def test_figures_keep_their_canvas_and_their_background() -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    figure = Figure(facecolor=(1, 1, 1, 0))
    axes = figure.subplots()
    axes.plot([1, 2])
    canvas, dpi = figure.canvas, figure.dpi
    for value in (figure, axes):
        png = base64.b64decode(rich_bundle(value)["image/png"])
        assert png.startswith(b"\x89PNG")
    assert figure.canvas is canvas
    assert figure.dpi == dpi
    image = pytest.importorskip("PIL.Image").open(BytesIO(png))
    assert image.size[0] > 900
    assert image.getpixel((0, 0))[3] == 0


def test_images_are_made_to_fit() -> None:
    image_module = pytest.importorskip("PIL.Image")
    bundle = rich_bundle(image_module.effect_noise((3000, 3000), 90).convert("CMYK"))
    assert len(bundle["image/png"]) < MAX_BUNDLE_BYTES


# --- whole values -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "document"),
    [
        ({1: (2, {3})}, {"1": [2, [3]]}),
        (b"ab", "YWI="),
        (Html(), "Html"),
    ],
)
def test_whole_documents(value: Any, document: Any) -> None:
    assert to_json(value) == document


def test_whole_tables() -> None:
    pd = pytest.importorskip("pandas")
    np = pytest.importorskip("numpy")
    assert to_json(pd.DataFrame({"a": [1, 2]})) == [{"a": 1}, {"a": 2}]
    assert to_json(np.eye(2)) == [[1.0, 0.0], [0.0, 1.0]]
    # Named, because pandas 2 keeps texts in columns of objects unless told otherwise.
    assert is_simple(pd.DataFrame({"a": [1.5], "b": pd.Series(["x"], dtype="string")}))
    assert not is_simple(pd.DataFrame({"a": [Unspeakable()]}))
    assert is_simple({"a": [1, (2, None)]})
