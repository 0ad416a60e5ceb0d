"""Render options: merged by type, the newest word counts, and what is none is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from funcnodes_jupyter.core.errors import RenderOptionsError
from funcnodes_jupyter.core.renderoptions import REGISTERED, RenderOptions, update_render_options


def test_options_of_several_packs_are_merged() -> None:
    options = RenderOptions({"typemap": {"a.A": "image", int: "number"}})
    options.update({"typemap": {"a.A": "table", Decimal: "string"}, "inputconverter": {"a.A": "str_to_list"}})
    assert options.as_dict() == {
        "typemap": {"a.A": "table", "int": "number", "decimal.Decimal": "string"},
        "inputconverter": {"a.A": "str_to_list"},
    }
    options.as_dict()["typemap"]["a.A"] = "changed"
    assert options.as_dict()["typemap"]["a.A"] == "table"


@pytest.mark.parametrize("given", [3, {"colour": {}}, {"typemap": ["int"]}, {"typemap": {"int": 3}}])
def test_what_is_refused_changes_nothing(given: Any) -> None:
    options = RenderOptions({"typemap": {"int": "number"}})
    with pytest.raises(RenderOptionsError):
        options.update(given)
    assert options == RenderOptions({"typemap": {"int": "number"}})


def test_packs_register_in_one_place() -> None:
    update_render_options({"typemap": {"tests.Registered": "image"}})
    assert REGISTERED.as_dict()["typemap"]["tests.Registered"] == "image"
