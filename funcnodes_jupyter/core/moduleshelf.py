"""From a module to the shelf of its nodes."""

from __future__ import annotations

from types import ModuleType

from funcnodes_jupyter.core.docstrings import split_docstring
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.shelf import Shelf

SHELF_NAME = "NODE_SHELF"


def module_to_shelf(module: ModuleType) -> Shelf:
    """The module's own ``NODE_SHELF``, else a shelf of the node classes that it holds, in their order.

    Classes without an id are bases of others and no nodes.

    Raises:
        TypeError: its NODE_SHELF is no shelf.
    """
    own = getattr(module, SHELF_NAME, None)
    if isinstance(own, Shelf):
        return own
    if own is not None:
        raise TypeError(f"{module.__name__}.{SHELF_NAME} is a Shelf, not {type(own).__name__}.")
    nodes = [value for value in vars(module).values() if _is_node_class(value)]
    return Shelf(module.__name__.rpartition(".")[2], split_docstring(module.__doc__)[0], nodes)


def _is_node_class(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Node) and bool(value.node_id)
