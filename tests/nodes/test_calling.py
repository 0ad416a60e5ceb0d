"""Calls by port mean what calls in Python mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.nodes.calling import call, unpacked
from funcnodes_jupyter.nodes.finding import find
from funcnodes_jupyter.nodes.parameters import ports_of


def shape(a: Any, b: Any = 2, /, c: Any = 3, *more: Any, d: Any = 4, **others: Any) -> Any:
    return a, b, c, more, d, others


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ({"a": 1}, (1, 2, 3, (), 4, {})),
        ({"a": 1, "c": 5}, (1, 2, 5, (), 4, {})),
        ({"a": 1, "b": 7, "d": 8, "x": 9}, (1, 7, 3, (), 8, {"x": 9})),
        ({"a": 1, "more_0": 5, "more_1": 6}, (1, 2, 3, (5, 6), 4, {})),
        ({"a": 1, "b": 2, "c": 3, "more_0": 4, "d": 5}, (1, 2, 3, (4,), 5, {})),
    ],
)
def test_arguments_find_their_parameters(given: dict[str, Any], result: Any) -> None:
    assert call(shape, given) == result


def test_what_tells_no_signature_is_called_by_place() -> None:
    assert call(max, {"args_0": 1, "args_1": 5}) == 5
    assert call(dict, {"args_0": [("a", 1)], "b": 2}) == {"a": 1, "b": 2}
    assert call([3, 1].index, {"args_0": 1}) == 1


def test_a_parameter_that_is_missing_is_named() -> None:
    def pair(a: Any, b: Any, /) -> Any:
        return a, b

    with pytest.raises(TypeError, match="missing a required argument: 'a'"):
        call(pair, {"b": 2})


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ((1,), r"not enough values to unpack \(expected 2, got 1\)"),
        ((1, 2, 3), "too many values"),
        (5, "non-iterable int"),
    ],
)
def test_what_cannot_be_taken_apart_says_so_as_python_does(value: Any, told: str) -> None:
    with pytest.raises((TypeError, ValueError), match=told):
        unpacked(value, 2)


def test_the_ports_of_a_function_with_numpys_docstring() -> None:
    def mean(values: list[float], weights: list[float] | None = None) -> float:
        """The mean.

        Parameters
        ----------
        values : list of float
            What is averaged.
        weights : list of float, optional
            How much each counts.
        """
        return 0.0

    ports = ports_of(mean)
    assert ports["values"]["description"] == "What is averaged."
    assert ports["weights"] == {
        **ports["weights"],
        "default": None,
        "required": False,
        "description": "How much each counts.",
    }


def test_a_package_that_needs_what_is_not_there_says_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "needy_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "part.py").write_text("import nothing_of_that_name\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nothing_of_that_name"):
        find("needy_package.part.f")
