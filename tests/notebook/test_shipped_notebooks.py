"""The notebooks of this repository: what they show, and that they run from top to bottom, another day too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from kernels import execute, shown

NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))

FirstDay = Callable[[str], tuple[Any, Path]]

pytestmark = pytest.mark.usefixtures("no_worker_left")


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> FirstDay:
    """Gives a notebook of that name as it is when it was executed for the first time, and the folder; that is done once."""
    executed: dict[str, tuple[Any, Path]] = {}

    def look(name: str) -> tuple[Any, Path]:
        if name not in executed:
            folder = tmp_path_factory.mktemp(name)
            executed[name] = execute(as_it_is_kept(name), folder), folder
        return executed[name]

    return look


def as_it_is_kept(name: str) -> Any:
    (path,) = (path for path in NOTEBOOKS if path.stem == name)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)
    return notebook


@pytest.fixture(autouse=True)
def quiet_debugger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")


def test_first_light(first_day: FirstDay) -> None:
    done, _ = first_day("first-light")
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    assert code[0].outputs == []
    assert "FuncNodes 'penguins': 4 nodes" in code[1].outputs[0]["data"]["text/plain"]
    assert code[2].outputs == []
    table = code[3].outputs[0]["data"]["text/plain"]
    assert "species" in table
    assert "Gentoo" in table


def test_values_and_sweeps(first_day: FirstDay) -> None:
    graph, first_rows, awaited, best, plotted, linked, busy, kept = shown(first_day("values-and-sweeps")[0])
    assert graph.startswith("FuncNodes 'smoothing': 5 nodes")
    assert "signal" in first_rows
    # A window of 5 leaves 1/√5 of the noise, 0.3; wider ones up to the width of a wave leave less.
    assert 0.1 < float(awaited) < 0.15
    assert 9 <= int(best) <= 25
    assert plotted.startswith("<Figure")
    assert float(linked) < float(awaited)
    assert busy.startswith("Not done after 0.5 s: 'long run' is running.")
    assert kept == "The graph of 'smoothing' stands in the next cell."


def test_from_cell_to_graph(first_day: FirstDay) -> None:
    said = shown(first_day("from-cell-to-graph")[0])
    assert "Adelie    3775.0" in said[1]
    assert "Adelie" not in said[2], "the knob was turned to 4000"
    assert said[4] == "({'Adelie': 4152, 'Gentoo': 4815}, 8967)"
    assert "least = 4000  # grams" in said[5]


def test_your_own_functions(first_day: FirstDay) -> None:
    defined, graph, height, slowed, best = shown(first_day("your-own-functions")[0])
    assert defined == "throw is in the library of 'throws'."
    assert "path" in graph
    assert 5.4 < float(height.removeprefix("np.float64(").rstrip(")")) < 5.51  # (12 m/s · sin 60°)² / 2 g
    assert float(slowed.removeprefix("np.float64(").rstrip(")")) < 5.0
    assert best == "(45.0, 14.68)"


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_it_runs_another_day_too(name: str, first_day: FirstDay) -> None:
    """Its graph is there then, as it was left, and nothing of it has run."""
    _, folder = first_day(name)
    execute(as_it_is_kept(name), folder)
