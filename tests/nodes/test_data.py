"""Reading, filtering and summarising tables, on the penguins and on small tables made for one point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.nodes.data import sample_penguins

pd = pytest.importorskip("pandas")
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def penguins() -> Any:
    return sample_penguins.o_func()


SMALL = {
    "name": ["a", "b", "c", None],
    "mass": [1.0, 2.0, None, 4.0],
    "count": [1, 2, 3, 4],
    "male": [True, False, True, False],
    "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", None]),
    "size": pd.Categorical(["S", "L", None, "S"]),
    7: [1, 1, 2, 2],
}


@pytest.fixture
def small() -> Any:
    return pd.DataFrame(SMALL)


# --- reading ------------------------------------------------------------------------------------


def test_penguins(run: Run) -> None:
    table = run("data.sample_penguins")
    assert table.shape == (344, 8)
    assert table.equals(run("data.read_csv", path="sample:penguins.csv"))


@pytest.mark.parametrize(
    ("separator", "text"),
    [
        ("comma", "x,y\n1.5,a\n,NA\n"),
        ("semicolon", "x;y\n1.5;a\n;NA\n"),
        ("semicolon, decimal comma", "x;y\n1,5;a\n;NA\n"),
        ("tab", "x\ty\n1.5\ta\n\tNA\n"),
        ("spaces", "x  y\n1.5   a\nNA NA\n"),
    ],
)
def test_separators(run: Run, tmp_path: Path, separator: str, text: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    table = run("data.read_csv", path=str(tmp_path / "t.csv"), separator=separator)
    assert table["x"].tolist()[0] == 1.5
    assert table.isna().sum().tolist() == [1, 1]


def test_the_path_is_relative_to_the_working_directory(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("x\n1\n")
    monkeypatch.chdir(tmp_path)
    assert run("data.read_csv", path="t.csv")["x"].tolist() == [1]


@pytest.mark.parametrize(("content", "message"), [("", "t.csv is empty"), ("a,b\n1\n1,2,3\n", "another separator")])
def test_files_that_are_no_table(run: Run, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(ValueError, match=message):
        run("data.read_csv", path=str(tmp_path / "t.csv"))


# --- filtering ----------------------------------------------------------------------------------

TESTS: list[tuple[Any, str, Any, list[int]]] = [
    ("mass", ">=", 2, [1, 3]),
    ("mass", "≥", 2.0, [1, 3]),
    ("mass", ">", "2", [3]),
    ("mass", "==", 1, [0]),
    ("mass", "!=", 1, [1, 3]),
    ("mass", "<", 4, [0, 1]),
    ("mass", "<=", 4, [0, 1, 3]),
    ("mass", "is missing", None, [2]),
    ("mass", "is not missing", None, [0, 1, 3]),
    ("count", "contains", 3, [2]),
    ("name", "==", "a", [0]),
    ("name", "!=", "a", [1, 2]),
    ("name", ">", "a", [1, 2]),
    ("name", "contains", "B", [1]),
    ("name", "==", 1, []),
    ("male", "==", True, [0, 2]),
    ("male", "==", "false", [1, 3]),
    ("day", ">=", "2024-01-02", [1, 2]),
    ("size", "==", "S", [0, 3]),
    ("size", "!=", "S", [1]),
    ("size", "<", "S", [1]),
    ("7", "==", 2, [2, 3]),
]


@pytest.mark.parametrize(("column", "test", "value", "rows"), TESTS, ids=lambda case: str(case))
def test_filter_rows(run: Run, small: Any, column: str, test: str, value: Any, rows: list[int]) -> None:
    assert run("data.filter_rows", table=small, column=column, test=test, value=value).index.tolist() == rows


BAD_FILTERS: list[tuple[str, str, Any, str]] = [
    ("weight", ">=", 1, "no column 'weight'. The table has name, mass, count, male, day, size, 7"),
    ("", ">=", 1, "Choose a column: name, mass"),
    ("mass", ">=", "heavy", "column 'mass' holds numbers, and 'heavy' is not a number"),
    ("mass", ">=", True, "'mass' holds numbers, and True is not a number"),
    ("mass", ">=", [1], r"\[1\] is not a number"),
    ("mass", ">=", None, "Give a value to compare 'mass' with"),
    ("male", "==", "yes", "holds True and False, and 'yes' is neither"),
    ("day", ">=", "soon", "holds times; 'soon' is not a date"),
    ("mass", "~", 1, "no test '~'"),
]


@pytest.mark.parametrize(("column", "test", "value", "message"), BAD_FILTERS, ids=lambda case: str(case)[:20])
def test_filters_that_cannot_be(run: Run, small: Any, column: str, test: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run("data.filter_rows", table=small, column=column, test=test, value=value)


def test_the_table_that_comes_in_is_not_changed(run: Run, small: Any) -> None:
    before = small.copy()
    run("data.filter_rows", table=small, column="mass", test=">", value=1)
    run("data.group_aggregate", table=small, by="7")
    run("data.sort_rows", table=small, column="mass", descending=True)
    pd.testing.assert_frame_equal(small, before)


def test_tests_may_be_named_as_shown_or_as_typed(library: Library) -> None:
    from funcnodes_jupyter.core.conversion import convert_text, convert_value

    spec = next(spec for spec in library.get_node_by_id("data.filter_rows").input_specs if spec.id == "test")
    assert convert_text("≥", spec.type) == convert_value(">=", spec.type) == ">="
    assert spec.type["keys"] == ["≥", ">", "=", "≠", "<", "≤", "contains", "is missing", "is not missing"]


# --- columns on offer ---------------------------------------------------------------------------

OFFERS: list[tuple[str, str, str, list[Any]]] = [
    ("data.filter_rows", "table", "column", ["name", "mass", "count", "male", "day", "size", "7"]),
    ("data.group_aggregate", "table", "by", ["name", "mass", "count", "male", "day", "size", "7"]),
    ("data.group_aggregate", "table", "column", [["all numbers", ""], "mass", "count", "7"]),
    ("data.bootstrap_mean", "table", "column", ["mass", "count", "7"]),
    ("plot.scatter", "table", "x", ["mass", "count", "7"]),
    ("plot.scatter", "table", "y", ["mass", "count", "7"]),
    ("data.join", "left", "on", ["name", "mass", "count", "male", "day", "size", "7"]),
]


@pytest.mark.parametrize(("node_id", "table", "port", "expected"), OFFERS, ids=str)
def test_columns_are_offered(made: Run, small: Any, node_id: str, table: str, port: str, expected: list[Any]) -> None:
    node = made(node_id, **{table: small})
    assert node.inputs[port].value_options["options"] == expected


def test_options_follow_the_table(made: Run, small: Any) -> None:
    node = made("data.filter_rows", table=small)
    node.inputs["table"] = small[["mass"]]
    assert node.inputs["column"].value_options["options"] == ["mass"]
    node.inputs["table"] = "no table"
    assert node.inputs["column"].value_options["options"] == []


# --- summarising --------------------------------------------------------------------------------


def test_group_means(run: Run, penguins: Any) -> None:
    out = run("data.group_aggregate", table=penguins, by="species", column="body_mass_g")
    assert out.columns.tolist() == ["species", "n", "body_mass_g"]
    assert out["species"].tolist() == ["Adelie", "Chinstrap", "Gentoo"]
    assert out["n"].tolist() == [152, 68, 124]
    assert out["body_mass_g"].round(1).tolist() == [3700.7, 3733.1, 5076.0]


def test_group_by_several_and_all_numbers(run: Run, penguins: Any) -> None:
    out = run("data.group_aggregate", table=penguins, by="species, sex", how="count")
    assert out.shape == (6, 8)
    assert out.columns.tolist()[:3] == ["species", "sex", "n"]
    assert out["n"].sum() == penguins["sex"].notna().sum()


@pytest.mark.parametrize(
    ("how", "values"),
    [("mean", [1.5, 4.0]), ("median", [1.5, 4.0]), ("sum", [3.0, 4.0]), ("min", [1.0, 4.0]), ("max", [2.0, 4.0]),
     ("count", [2, 1])],
)  # fmt: skip
def test_statistics(run: Run, small: Any, how: str, values: list[float]) -> None:
    out = run("data.group_aggregate", table=small, by="7", column="mass", how=how)
    assert out["mass"].tolist() == values


def test_the_count_of_rows_finds_a_free_name(run: Run) -> None:
    table = pd.DataFrame({"n": ["a", "a"], "x": [1, 2]})
    assert run("data.group_aggregate", table=table, by="n").columns.tolist() == ["n", "n_rows", "x"]


def test_groups_of_an_empty_table(run: Run, small: Any) -> None:
    out = run("data.group_aggregate", table=small.head(0), by="name", column="mass")
    assert out.columns.tolist() == ["name", "n", "mass"]
    assert len(out) == 0


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        ({"by": "kind"}, ValueError, "no column 'kind'"),
        ({"by": ""}, ValueError, "Choose a column to group by"),
        ({"by": "7", "column": "name"}, TypeError, "mean needs numbers, and the column 'name' holds texts. Columns of"),
        ({"by": "7", "column": "7"}, ValueError, "'7' tells the groups apart"),
    ],
)
def test_groups_that_cannot_be(run: Run, small: Any, inputs: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run("data.group_aggregate", table=small, **inputs)


def test_describe(run: Run, small: Any) -> None:
    out = run("data.describe", table=small)
    assert out["column"].tolist() == ["mass", "count", "7"]
    mass = out.iloc[0]
    assert (mass["n"], mass["missing"], mass["min"], mass["median"], mass["max"]) == (3, 1, 1.0, 2.0, 4.0)


def test_describe_without_numbers(run: Run) -> None:
    with pytest.raises(ValueError, match="No column holds numbers; the table has a"):
        run("data.describe", table=pd.DataFrame({"a": ["x"]}))


# --- rows and columns ---------------------------------------------------------------------------


def test_select_columns(run: Run, small: Any) -> None:
    assert run("data.select_columns", table=small, columns="7, name").columns.tolist() == [7, "name"]
    left = run("data.select_columns", table=small, columns="day,size", leave_out=True)
    assert left.columns.tolist() == ["name", "mass", "count", "male", 7]


def test_a_name_with_a_comma_is_one_column(run: Run) -> None:
    table = pd.DataFrame({"a, b": [1], "a": [2]})
    assert run("data.select_columns", table=table, columns="a, b").columns.tolist() == ["a, b"]


def test_two_columns_of_one_name(run: Run) -> None:
    table = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(ValueError, match="2 columns are called 'a'"):
        run("data.select_columns", table=table, columns="a")


def test_sort_rows(run: Run, small: Any) -> None:
    assert run("data.sort_rows", table=small, column="mass", descending=True)["count"].tolist() == [4, 2, 1, 3]
    assert run("data.sort_rows", table=small, column="7, mass")["count"].tolist() == [1, 2, 4, 3]


def test_values_without_order(run: Run) -> None:
    with pytest.raises(TypeError, match="no common order: 'a'"):
        run("data.sort_rows", table=pd.DataFrame({"a": [1, "x"]}), column="a")


def test_first_rows(run: Run, small: Any) -> None:
    assert len(run("data.first_rows", table=small, count=2)) == 2


@pytest.mark.parametrize(("columns", "rows"), [("", [0, 1]), ("mass", [0, 1, 3]), ("mass, name", [0, 1])])
def test_drop_missing(run: Run, small: Any, columns: str, rows: list[int]) -> None:
    assert run("data.drop_missing", table=small, columns=columns).index.tolist() == rows


@pytest.mark.parametrize(
    ("keep", "keys"), [("matching", [2]), ("all of left", [1, 2]), ("all of right", [2, 3]), ("all", [1, 2, 3])]
)
def test_join(run: Run, keep: str, keys: list[int]) -> None:
    left, right = pd.DataFrame({"k": [1, 2], "v": [1, 2]}), pd.DataFrame({"k": [2, 3], "v": [4, 5]})
    out = run("data.join", left=left, right=right, on="k", keep=keep)
    assert out["k"].tolist() == keys
    assert out.columns.tolist() == ["k", "v_left", "v_right"]


def test_joins_that_cannot_be(run: Run) -> None:
    left = pd.DataFrame({"k": [1]})
    with pytest.raises(ValueError, match="no column 'k'"):
        run("data.join", left=left, right=pd.DataFrame({"x": [1]}), on="k")
    with pytest.raises(ValueError, match="numbers on the left, texts on the right"):
        run("data.join", left=left, right=pd.DataFrame({"k": ["a"]}), on="k")


def test_column_values(run: Run, small: Any) -> None:
    assert run("data.column_values", table=small, column="count") == [1, 2, 3, 4]


# --- resampling ---------------------------------------------------------------------------------


def test_bootstrap_mean(run: Run, penguins: Any) -> None:
    row = run("data.bootstrap_mean", table=penguins, column="body_mass_g", samples=200).iloc[0]
    assert row["n"] == 342
    assert row["mean"] == pytest.approx(penguins["body_mass_g"].mean())
    assert row["low"] < row["mean"] < row["high"]
    assert row["high"] - row["low"] < 300


def test_bootstrap_is_repeatable(run: Run, penguins: Any) -> None:
    first, again, other = (
        run("data.bootstrap_mean", table=penguins, column="body_mass_g", samples=50, seed=seed)["low"][0]
        for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"column": "mass", "samples": 0}, "0 samples"),
        ({"column": "mass", "confidence": 95.0}, "share between 0 and 1"),
        ({"column": "empty"}, "holds no values"),
    ],
)
def test_bootstraps_that_cannot_be(run: Run, inputs: Any, message: str) -> None:
    table = pd.DataFrame({"mass": [1.0], "empty": [float("nan")]})
    with pytest.raises(ValueError, match=message):
        run("data.bootstrap_mean", table=table, **inputs)
