"""Looks up what a cell names, in the worker's environment. Importing runs code: only the nodes' thread may do it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from funcnodes_jupyter.convert.cells.draft import Found
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.nodes.calling import signature_of
from funcnodes_jupyter.nodes.finding import NotFoundError, find
from funcnodes_jupyter.nodes.parameters import ports_of


def find_name(dotted: str) -> Found:
    """What the name stands for; of what cannot be imported the reason."""
    try:
        found = find(dotted)
    except NotFoundError as error:
        return Found("missing", reason=str(error))
    except Exception as error:  # noqa: BLE001 - a package that is imported may raise anything
        return Found("missing", reason=f"{dotted} cannot be imported: {type(error).__name__}: {error}")
    owner, _, last = dotted.rpartition(".")
    return described(found, find(owner) if last == "o_func" else None)


def described(found: Any, owner: Any = None) -> Found:
    """What is known of something that was found; ``owner`` is given when it is the function of a node class."""
    if isinstance(owner, type) and issubclass(owner, Node):
        outputs = [spec.id for spec in owner.output_specs]
        return Found("callable", signature_of(found), node_id=owner.node_id, outputs=outputs)
    if isinstance(found, ModuleType):
        return Found("module")
    if callable(found):
        return Found("callable", signature_of(found), ports_of(found))
    return Found("value")
