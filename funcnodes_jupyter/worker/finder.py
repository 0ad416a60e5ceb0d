"""Looks up what a cell names, in the worker's environment. Importing runs code: only the nodes' thread may do it."""

from __future__ import annotations

from types import ModuleType

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
    if last == "o_func" and isinstance(cls := find(owner), type) and issubclass(cls, Node):
        outputs = [spec.id for spec in cls.output_specs]
        return Found("callable", signature_of(found), node_id=cls.node_id, outputs=outputs)
    if isinstance(found, ModuleType):
        return Found("module")
    if callable(found):
        return Found("callable", signature_of(found), ports_of(found))
    return Found("value")
