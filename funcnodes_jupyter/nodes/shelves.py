"""The shelves that come with the package, as far as what they stand on is installed."""

from __future__ import annotations

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


def builtin_library() -> Library:
    """Data and Plot where pandas and matplotlib are found, and Basic; neither is imported for that."""
    library = Library()
    if find_spec("pandas") is not None:
        library.add_shelf(data.shelf())
        library.add_shelf(resampling.shelf())
        if find_spec("matplotlib") is not None:
            library.add_shelf(plot.shelf())
    library.add_shelf(basic_shelf())
    add_python(library)
    return library


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
