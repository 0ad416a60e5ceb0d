"""Node packs: found without importing them, loaded one by one, each failing alone. Real packs on a path."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packs import install_pack

from funcnodes_jupyter.core.discovery import LoadedPack, Pack, find_packs, load_packs
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.moduleshelf import module_to_shelf

NODE = """
'''The nodes of {name}.'''
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf

@NodeDecorator("{name}.one")
def one() -> int:
    return 1
"""

PACKS: dict[str, tuple[str, str]] = {
    "fnp_shelf": (
        NODE + "MINE = Shelf('Mine', nodes=[one])\nFUNCNODES_RENDER_OPTIONS = {{'typemap': {{int: 'number'}}}}",
        "module = fnp_shelf\nshelf = fnp_shelf:MINE",
    ),
    "fnp_named": (NODE + "NODE_SHELF = Shelf('Named', nodes=[one])", "module = fnp_named"),
    "fnp_plain": (NODE, "module = fnp_plain"),
    "fnp_several": (NODE + "SOME = [Shelf('A', nodes=[one]), Shelf('B')]", "shelf = fnp_several:SOME"),
    "fnp_options": (
        NODE + "OPTIONS = {{'typemap': {{'x.Y': 'image'}}, 'inputconverter': {{'x.Y': 'str_to_list'}}}}",
        "module = fnp_options\nrender_options = fnp_options:OPTIONS\nreact_plugin = nowhere:NOTHING",
    ),
    "fnp_broken": ("raise RuntimeError('no driver')", "module = fnp_broken"),
    "fnp_exits": ("import sys; sys.exit(3)", "module = fnp_exits"),
    "fnp_needs": ("import a_package_that_is_not_there", "module = fnp_needs"),
    "fnp_no_shelf": (NODE + "NODE_SHELF = 3", "module = fnp_no_shelf"),
    "fnp_gone": (NODE, "module = fnp_gone\nshelf = fnp_gone:NOT_THERE"),
    "fnp_bad_options": (NODE + "FUNCNODES_RENDER_OPTIONS = {{'colour': 'red'}}", "module = fnp_bad_options"),
}

EXPECTED: dict[str, tuple[dict[str, list[str]], dict[str, Any], dict[str, str]]] = {
    # pack: ({shelf: ids}, render options that are not empty, {part: what its problem says})
    "fnp_shelf": ({"Mine": ["fnp_shelf.one"]}, {"typemap": {"int": "number"}}, {}),
    "fnp_named": ({"Named": ["fnp_named.one"]}, {}, {}),
    "fnp_plain": ({"fnp_plain": ["fnp_plain.one"]}, {}, {}),
    "fnp_several": ({"A": ["fnp_several.one"], "B": []}, {}, {}),
    "fnp_options": (
        {"fnp_options": ["fnp_options.one"]},
        {"typemap": {"x.Y": "image"}, "inputconverter": {"x.Y": "str_to_list"}},
        {"react_plugin": "No module named 'nowhere'"},
    ),
    "fnp_broken": ({}, {}, {"module": "RuntimeError: no driver"}),
    "fnp_exits": ({}, {}, {"module": "SystemExit: 3"}),
    "fnp_needs": ({}, {}, {"module": "ModuleNotFoundError: No module named 'a_package_that_is_not_there'"}),
    "fnp_no_shelf": ({}, {}, {"shelf": "TypeError: fnp_no_shelf.NODE_SHELF is a Shelf, not int"}),
    "fnp_gone": ({}, {}, {"shelf": "AttributeError"}),
    "fnp_bad_options": ({"fnp_bad_options": ["fnp_bad_options.one"]}, {}, {"render_options": "no render options colour"}),
}  # fmt: skip


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Pack]]:
    """The packs above, installed in a folder of their own on the path."""
    for name, (source, entries) in PACKS.items():
        install_pack(tmp_path, name, source.format(name=name), entries=entries, version="1.2")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield [pack for pack in find_packs() if pack.name in PACKS]
    for name in PACKS:
        sys.modules.pop(name, None)


def load(packs: list[Pack]) -> dict[str, LoadedPack]:
    return {loaded.pack.name: loaded for loaded in load_packs(packs)}


def test_finding_imports_nothing(packs: list[Pack]) -> None:
    assert [pack.name for pack in packs] == sorted(PACKS)
    assert {(pack.version, pack.module == pack.name) for pack in packs} == {("1.2", True)}
    assert not set(PACKS) & set(sys.modules)


def test_each_pack_brings_what_it_can_and_fails_alone(packs: list[Pack]) -> None:
    found = load(packs)
    assert list(found) == sorted(PACKS)
    for name, (shelves, options, problems) in EXPECTED.items():
        loaded = found[name]
        assert {shelf.name: [cls.node_id for cls in shelf.nodes] for shelf in loaded.shelves} == shelves, name
        assert {key: value for key, value in loaded.render_options.as_dict().items() if value} == options, name
        assert [problem.part for problem in loaded.problems] == list(problems), name
        for problem in loaded.problems:
            assert problems[problem.part] in problem.text
            assert problem.traceback.startswith("Traceback")


def test_a_pack_that_is_mended_loads(packs: list[Pack], tmp_path: Path) -> None:
    broken = [pack for pack in packs if pack.name == "fnp_broken"]
    assert load(broken)["fnp_broken"].problems
    (tmp_path / "fnp_broken.py").write_text(NODE.format(name="fnp_broken"), encoding="utf-8")
    importlib.invalidate_caches()
    assert not load(broken)["fnp_broken"].problems


def test_what_is_loaded_fits_into_a_library(packs: list[Pack]) -> None:
    library = Library(shelf for loaded in load_packs(packs) for shelf in loaded.shelves)
    assert library.find_nodeid("fnp_named.one") == [["Named"]]


def test_a_module_becomes_a_shelf(packs: list[Pack]) -> None:
    plain = module_to_shelf(importlib.import_module("fnp_plain"))
    assert (plain.name, plain.description) == ("fnp_plain", "The nodes of fnp_plain.")
    named = importlib.import_module("fnp_named")
    assert module_to_shelf(named) is named.NODE_SHELF
    assert module_to_shelf(json).nodes == []
