"""Shelves and libraries: merging, taking away, reloading, and shelves that belong to somebody else."""

from __future__ import annotations

import gc
import sys
import threading
from typing import Any

import pytest

from funcnodes_jupyter.core import errors
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.shelf import NodeClass, Shelf, flatten_shelf, flatten_shelves
from funcnodes_jupyter.core.values import NoValue


@NodeDecorator("lib.one", name="One")
def one(a: int, b: int = 1) -> int:
    """Adds.

    Args:
        a: the first
    """
    return a + b


@NodeDecorator("lib.two")
def two() -> None:
    pass


@NodeDecorator("lib.three")
def three() -> None:
    pass


def other(node_id: str, module: str = "elsewhere") -> NodeClass:
    """A class of that id; of the same module it is the same class again."""

    def again() -> None:
        pass

    again.__module__ = module
    return NodeDecorator(node_id)(again)


def names(library: Library) -> dict[str, list[str]]:
    """{path: the ids on the shelf there}."""
    return {
        "/".join(path): [cls.node_id for cls in shelf.nodes] for top in library.shelves for path, shelf in top.paths()
    }


def told_by(library: Library) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    library.on("*", lambda event, src, shelf: told.append((event, shelf.name)))
    return told


def test_shelves() -> None:
    inner = Shelf("inner", nodes=[two])
    shelf = Shelf(name="top", description="words", nodes=[one, one], subshelves=[inner])
    assert shelf.nodes == [one]
    described = {
        "name": "top",
        "description": "words",
        "nodes": [one],
        "subshelves": [{"name": "inner", "nodes": [two]}],
    }
    assert Shelf.from_dict(described) == shelf
    assert shelf != Shelf("top")
    assert flatten_shelf(shelf) == ([one, two], [shelf, inner])
    assert flatten_shelves([shelf, inner]) == ([one, two], [shelf, inner, inner])


def test_shelves_of_one_name_are_merged_by_path_and_stay_as_they_are() -> None:
    first = Shelf("a", nodes=[one], subshelves=[Shelf("b", nodes=[two])])
    second = Shelf("a", "words", subshelves=[Shelf("b", nodes=[three]), Shelf("c")])
    library = Library([first, second])
    assert names(library) == {"a": ["lib.one"], "a/b": ["lib.two", "lib.three"], "a/c": []}
    assert library.shelves[0].description == "words"
    assert (first.subshelves[0].nodes, second.subshelves[0].nodes) == ([two], [three])


def test_single_classes_go_on_a_path() -> None:
    library = Library()
    library.add_node(one)
    library.add_nodes([two, three], ["a", "b"])
    assert names(library) == {"Basic": ["lib.one"], "a": [], "a/b": ["lib.two", "lib.three"]}
    assert library.find_nodeid("lib.three") == [["a", "b"]]
    assert library.find_nodeid("lib.none") == []
    assert (library.has_node_id("lib.two"), library.has_node_id("lib.none")) == (True, False)
    with pytest.raises(errors.NodeClassNotFoundError, match=r"Did you mean lib\.three"):
        library.get_node_by_id("lib.thre")


def test_a_second_class_with_an_id_is_refused_and_changes_nothing() -> None:
    library = Library([Shelf("a", nodes=[one])])
    for shelf in (Shelf("b", nodes=[two, other("lib.one")]), Shelf("b", nodes=[other("x"), other("x", "third")])):
        with pytest.raises(errors.NodeIdAlreadyExistsError, match="belongs to"):
            library.add_shelf(shelf)
        with pytest.raises(errors.NodeIdAlreadyExistsError, match="belongs to"):
            library.add_external_shelf(shelf)
    assert names(library) == {"a": ["lib.one"]}
    assert not library.has_node_id("lib.two")


def test_a_reloaded_class_takes_the_place_of_the_old_one() -> None:
    before, after = other("lib.x"), other("lib.x")
    library = Library([Shelf("a", nodes=[before, two])])
    library.add_shelf(Shelf("a", nodes=[after]))
    assert library.get_node_by_id("lib.x") is after
    assert library.shelves[0].nodes == [after, two]
    again = other("lib.x")
    library.add_shelf(Shelf("elsewhere", nodes=[again]))
    assert library.shelves[0].nodes == [again, two]


REMOVALS: list[tuple[str, Any, dict[str, list[str]], list[str]]] = [
    ("by name", "a", {"z": []}, ["a"]),
    ("by a shelf that brought a part", Shelf("a", subshelves=[Shelf("b", nodes=[two])]), {"a": ["lib.one"], "a/b": ["lib.three"], "z": []}, ["a"]),
    ("by a shelf that brought all", Shelf("a", nodes=[one], subshelves=[Shelf("b", nodes=[two, three])]), {"z": []}, ["a"]),
    ("by a shelf that brought nothing", Shelf("a", nodes=[other("y")]), {"a": ["lib.one"], "a/b": ["lib.two", "lib.three"], "z": []}, []),
    ("unknown", "none", {"a": ["lib.one"], "a/b": ["lib.two", "lib.three"], "z": []}, []),
]  # fmt: skip


@pytest.mark.parametrize(("shelf", "left", "told"), [case[1:] for case in REMOVALS], ids=[case[0] for case in REMOVALS])
def test_taking_shelves_away(shelf: str | Shelf, left: dict[str, list[str]], told: list[str]) -> None:
    library = Library([Shelf("a", nodes=[one], subshelves=[Shelf("b", nodes=[two, three])]), Shelf("z")])
    heard = told_by(library)
    library.remove_shelf(shelf)
    assert names(library) == left
    assert heard == [("after_remove_shelf", name) for name in told]
    assert {cls.node_id for cls in library} == {node_id for ids in left.values() for node_id in ids}


def test_an_external_shelf_vanishes_when_nobody_holds_it() -> None:
    library = Library([Shelf("own", nodes=[one])])
    heard = told_by(library)
    shelf = Shelf("guest", nodes=[two], subshelves=[Shelf("inner", nodes=[three])])
    library.add_external_shelf(shelf)
    library.add_external_shelf(shelf)
    assert names(library) == {"own": ["lib.one"], "guest": ["lib.two"], "guest/inner": ["lib.three"]}
    assert library.get_node_by_id("lib.three") is three
    del shelf
    gc.collect()
    assert names(library) == {"own": ["lib.one"]}
    assert not library.has_node_id("lib.three")
    assert heard == [("after_add_shelf", "guest"), ("after_remove_shelf", "guest")]


def test_an_external_shelf_can_be_taken_away_before() -> None:
    library = Library()
    shelf = Shelf("guest", nodes=[two])
    library.add_external_shelf(shelf)
    library.remove_shelf(shelf)
    assert (library.shelves, library.has_node_id("lib.two")) == ([], False)
    heard = told_by(library)
    del shelf
    gc.collect()
    assert heard == []


def test_shelves_that_vanish_disturb_no_reader() -> None:
    library = Library([Shelf("own", nodes=[one])])
    problems: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(300):
                list(library)
                library.full_serialize()
        except RuntimeError as error:
            problems.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        reader = threading.Thread(target=read)
        reader.start()
        while reader.is_alive():
            library.add_external_shelf(Shelf("guest", nodes=[two]))
        reader.join()
    finally:
        sys.setswitchinterval(before)
    assert problems == []


def test_a_library_describes_itself_in_full() -> None:
    library = Library([Shelf("a", "words", nodes=[one], subshelves=[Shelf("b")])])
    described = library.full_serialize()
    assert list(described) == ["shelves"]
    (shelf,) = described["shelves"]
    assert (shelf["name"], shelf["description"]) == ("a", "words")
    assert shelf["subshelves"] == [{"nodes": [], "subshelves": [], "name": "b", "description": ""}]
    (cls,) = shelf["nodes"]
    assert cls == one.serialize_cls()
    assert {key: cls[key] for key in ("node_id", "node_name", "description")} == {
        "node_id": "lib.one", "node_name": "One", "description": "Adds.",
    }  # fmt: skip
    first, second = cls["inputs"]
    assert (first["uuid"], first["type"], first["description"], first["required"], first["default"]) == (
        "a", "int", "the first", True, NoValue,
    )  # fmt: skip
    assert (second["uuid"], second["default"], second["value_options"]) == ("b", 1, {"step": 1})
    assert [port["uuid"] for port in cls["outputs"]] == ["out"]
