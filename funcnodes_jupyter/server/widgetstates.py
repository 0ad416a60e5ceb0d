"""The states of widgets that a notebook is saved with, without those of our editor.

A page that was made of a notebook shows a widget whose state it has, and fetches the code for that from a network. The
editor needs a worker: without a state, its picture is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

MIMETYPE = "application/vnd.jupyter.widget-state+json"
_WIDGETS = "widgets"
_OURS = "funcnodes_jupyter."
"""How the name of the class begins, which anywidget puts into each state."""
_REFERENCE = "IPY_MODEL_"


def forget_own_widgets(metadata: Any) -> None:
    """Take the states of our widgets out of the metadata of a notebook, with the layouts that are theirs alone.

    What another widget refers to stays, and so does all else.
    """
    widgets = _mapping(metadata, _WIDGETS)
    models = _mapping(_mapping(widgets, MIMETYPE), "state")
    going = _ours(models)
    for model in going:
        del models[model]
    if going and not models:
        del widgets[MIMETYPE]
        if not widgets:
            del metadata[_WIDGETS]


def _mapping(value: Any, key: str) -> MutableMapping[str, Any]:
    """What stands there, nothing where it is nothing of the kind."""
    found = value.get(key) if isinstance(value, MutableMapping) else None
    return found if isinstance(found, MutableMapping) else {}


def _ours(models: Mapping[str, Any]) -> set[str]:
    """The models that are only ours, by their ids."""
    own = {name for name, model in models.items() if _is_own(model)}
    layouts = {name for one in own for name in _references(models[one]) if _is_layout(models.get(name))}
    going = own | layouts
    while going:
        needed = {name for one in models.keys() - going for name in _references(models[one])} & going
        if not needed:
            break
        going -= needed
    return going


def _is_own(model: Any) -> bool:
    state = model.get("state") if isinstance(model, Mapping) else None
    name = state.get("_anywidget_id") if isinstance(state, Mapping) else None
    return isinstance(name, str) and name.startswith(_OURS)


def _is_layout(model: Any) -> bool:
    return isinstance(model, Mapping) and model.get("model_name") == "LayoutModel"


def _references(model: Any) -> Iterator[str]:
    """The ids of the models that one refers to, wherever they stand in it."""
    left = [model]
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
        elif isinstance(value, str) and value.startswith(_REFERENCE):
            yield value.removeprefix(_REFERENCE)
