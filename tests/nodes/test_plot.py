"""The plots: what is drawn, in which colours, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from funcnodes_jupyter.nodes.axes import OTHERS, PALETTE, readable
from funcnodes_jupyter.nodes.data import sample_penguins
from funcnodes_jupyter.nodes.series import parts_by_colour

pytest.importorskip("matplotlib")
pd = pytest.importorskip("pandas")
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def penguins() -> Any:
    return sample_penguins.o_func()


PLOTS: list[tuple[str, dict[str, Any]]] = [
    ("scatter", {"x": "flipper_length_mm", "y": "body_mass_g"}),
    ("scatter", {"x": "flipper_length_mm", "y": "body_mass_g", "colour": "species"}),
    ("scatter", {"x": "flipper_length_mm", "y": "body_mass_g", "colour": "bill_length_mm"}),
    ("scatter", {"x": "year", "y": "year"}),
    ("histogram", {"column": "body_mass_g"}),
    ("histogram", {"column": "body_mass_g", "colour": "sex"}),
    ("line", {"x": "year", "y": "body_mass_g", "colour": "species"}),
    ("line", {"x": "year", "y": "body_mass_g, flipper_length_mm"}),
    ("bar", {"category": "species"}),
    ("bar", {"category": "species", "column": "body_mass_g", "how": "median"}),
    ("box", {"column": "body_mass_g"}),
    ("box", {"column": "body_mass_g", "category": "species"}),
]


@pytest.mark.parametrize(("name", "inputs"), PLOTS, ids=str)
def test_a_plot_can_be_drawn(run: Run, penguins: Any, name: str, inputs: dict[str, Any]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = run(f"plot.{name}", table=penguins, **inputs)
    assert isinstance(figure, Figure)
    FigureCanvasAgg(figure).draw()
    axes = figure.axes[0]
    assert not axes.spines["top"].get_visible()
    assert figure.get_facecolor()[3] == axes.get_facecolor()[3] == 0


@pytest.mark.parametrize("name", ["scatter", "line"])
def test_an_empty_table_gives_an_empty_plot(run: Run, penguins: Any, name: str) -> None:
    figure = run(f"plot.{name}", table=penguins.head(0), x="year", y="body_mass_g", colour="species")
    assert figure.axes[0].get_legend() is None


def test_points_and_legend(run: Run, penguins: Any) -> None:
    figure = run("plot.scatter", table=penguins, x="flipper_length_mm", y="body_mass_g", colour="species")
    axes = figure.axes[0]
    assert sum(len(drawn.get_offsets()) for drawn in axes.collections) == 342
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Adelie", "Chinstrap", "Gentoo"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("flipper length (mm)", "body mass (g)")


def test_bars_show_the_statistic(run: Run, penguins: Any) -> None:
    axes = run("plot.bar", table=penguins, category="species").axes[0]
    assert [patch.get_height() for patch in axes.patches] == [152, 68, 124]


def test_years_are_whole(run: Run, penguins: Any) -> None:
    axes = run("plot.line", table=penguins, x="year", y="body_mass_g").axes[0]
    assert all(float(place).is_integer() for place in axes.get_xticks())


def test_times_keep_their_own_axis(run: Run) -> None:
    table = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=3), "x": [1, 2, 3]})
    axes = run("plot.line", table=table, x="day", y="x").axes[0]
    assert "Date" in type(axes.xaxis.get_major_locator()).__name__


def test_many_groups_share_the_grey(run: Run) -> None:
    table = pd.DataFrame({"g": [name for name in "abcdefgh" for _ in range(3)] + [None]})
    parts = parts_by_colour(table, "g")
    assert [part.label for part in parts] == ["a", "b", "c", "d", "e", "other"]
    assert [part.colour for part in parts] == [*PALETTE[:5], OTHERS]
    assert sum(len(part.rows) for part in parts) == len(table)


def test_rows_without_a_group_are_said_to_be_missing() -> None:
    parts = parts_by_colour(pd.DataFrame({"g": ["a", None]}), "g")
    assert [part.label for part in parts] == ["a", "missing"]


REFUSED: list[tuple[str, dict[str, Any], type[Exception], str]] = [
    ("scatter", {"x": "wing", "y": "body_mass_g"}, ValueError, "no column 'wing'. The table has species"),
    ("scatter", {"x": "species", "y": "body_mass_g"}, TypeError, "A scatter plot needs numbers.*'species' holds texts"),
    ("scatter", {"x": "year", "y": "year", "colour": "wing"}, ValueError, "no column 'wing'"),
    ("histogram", {"column": "body_mass_g", "bins": 0}, ValueError, "not 0"),
    ("histogram", {"column": "sex"}, TypeError, "A histogram needs numbers"),
    ("line", {"x": "year", "y": "year, body_mass_g", "colour": "sex"}, ValueError, "leave colour empty"),
    ("bar", {"category": "body_mass_g"}, ValueError, "at most 40 bars"),
    ("box", {"column": "year", "category": "body_mass_g"}, ValueError, "at most 40 boxes"),
]


@pytest.mark.parametrize(("name", "inputs", "error", "message"), REFUSED, ids=str)
def test_refused(
    run: Run, penguins: Any, name: str, inputs: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run(f"plot.{name}", table=penguins, **inputs)


def test_pyplot_and_settings_stay_untouched(run: Run, penguins: Any) -> None:
    import matplotlib
    from matplotlib import pyplot

    before = dict(matplotlib.rcParams)
    run("plot.box", table=penguins, column="body_mass_g", category="species")
    assert pyplot.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    ("name", "label"),
    [("body_mass_g", "body mass (g)"), ("g", "g"), ("species", "species"), (7, "7"), ("time_s", "time (s)")],
)
def test_labels(name: Any, label: str) -> None:
    assert readable(name) == label
