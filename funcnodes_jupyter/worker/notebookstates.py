"""The workflows of a saved notebook as they were seen last. Nothing of the notebook is run or imported for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.worker.viewing import saved_state


def states_in(notebook: Mapping[str, Any]) -> list[FullState]:
    """What the outputs of a notebook, in the form in which it is saved, tell of graphs: of each name the last one."""
    found: dict[str, FullState] = {}
    for held in _held(notebook):
        state = saved_state(held)
        if state is not None:
            found[str(held.get("name"))] = state
    return list(found.values())


def _held(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for cell in _mappings(notebook.get("cells")):
        for output in _mappings(cell.get("outputs")):
            data = output.get("data")
            held = data.get(MIMETYPE) if isinstance(data, Mapping) else None
            if isinstance(held, Mapping):
                yield held


def _mappings(found: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        yield from (item for item in found if isinstance(item, Mapping))
