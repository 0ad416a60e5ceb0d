"""The shelves that come with the package, as far as what they stand on is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes import (
    arithmetic,
    callables,
    code,
    comparison,
    constants,
    data,
    dicts,
    functions,
    lists,
    logic,
    plot,
    resampling,
    text,
)

_STAND_ON: tuple[tuple[Callable[[], Shelf], tuple[str, ...]], ...] = (
    (data.shelf, ("pandas",)),
    (resampling.shelf, ("pandas",)),
    (plot.shelf, ("pandas", "matplotlib")),
)
"""Shelves, and the packages that have to be there for them."""
_MADE_OF_TEXT = (callables.PREFIX, functions.PREFIX, "py.", "kernel.")
"""How the ids begin of nodes that no shelf holds."""


def builtin_library() -> Library:
    """Data and Plot where pandas and matplotlib are found, and Basic; neither is imported for that."""
    library = Library()
    for shelf, packages in _STAND_ON:
        if all(find_spec(package) is not None for package in packages):
            library.add_shelf(shelf())
    library.add_shelf(basic_shelf())
    add_python(library)
    return library


def packages_of_builtins() -> dict[str, tuple[str, ...]]:
    """The ids of all nodes that stand on shelves of this package, wherever they are to run, and the packages that these
    need. Nothing is imported for that."""
    shelves = [(basic_shelf(), ()), *((shelf(), packages) for shelf, packages in _STAND_ON)]
    return {cls.node_id: packages for shelf, packages in shelves for inner in shelf.walk() for cls in inner.nodes}


def is_made_of_text(node_id: str) -> bool:
    """Whether it is the id of a node that stands on no shelf: of code, of a call, or of a notebook."""
    return node_id.startswith(_MADE_OF_TEXT)


def basic_shelf() -> Shelf:
    """The nodes that need nothing but Python."""
    subjects = (constants, arithmetic, comparison, logic, text, lists, dicts)
    description = "Numbers, texts, lists and conditions."
    return Shelf("Basic", description, subshelves=[subject.shelf() for subject in subjects])


def add_python(library: Library) -> None:
    """Code, functions of notebooks, and calls of anything that can be imported.

    Of these only code stands on a shelf: the others are made by cells, notebooks and searches.
    """
    library.add_shelf(Shelf("Python", "Your own code.", nodes=[code.CodeNode]))
    classes = (
        code.CodeNode,
        code.AsyncCodeNode,
        callables.CallNode,
        callables.MethodNode,
        callables.KernelVariableNode,
    )
    known = {cls.node_id: cls for cls in classes}
    library.add_resolver(callables.PREFIX, callables.Callables())
    library.add_resolver(functions.PREFIX, functions.FunctionNodes())
    for prefix in ("py.", "kernel."):
        library.add_resolver(prefix, known.get)
