"""The shelves that come with the package, as far as what they stand on is installed."""

from __future__ import annotations

from importlib.util import find_spec

from funcnodes_jupyter.core.library import Library, Shelf
from funcnodes_jupyter.nodes import (
    arithmetic,
    callables,
    code,
    comparison,
    constants,
    data,
    dicts,
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
    library.add_shelf(code_shelf())
    library.add_resolver(callables.PREFIX, callables.Callables())
    return library


def basic_shelf() -> Shelf:
    """The nodes that need nothing but Python."""
    subjects = (constants, arithmetic, comparison, logic, text, lists, dicts)
    description = "Numbers, texts, lists and conditions."
    return Shelf("Basic", description, subshelves=[subject.shelf() for subject in subjects])


def code_shelf() -> Shelf:
    """Python of a person's own, and what comes from notebooks."""
    return Shelf("Python", "Code and calls of your own.", subshelves=[code.shelf(), callables.shelf()])
