"""The groups of a graph in remarks: each member names those it stands in, the first one says what they look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from funcnodes_jupyter.convert.cells.draft import Draft
from funcnodes_jupyter.convert.cells.live import LiveNode

Path = tuple[str, ...]
"""The labels of groups, from the outside in; a label means the same group everywhere in a cell."""


@dataclass(slots=True)
class CellGroup:
    """A group that a cell tells of.

    Attributes:
        parent: The label of the group around it; None: there is none.
        meta: Its name, its colour and what else is kept with it.
        keys: The nodes that stand in it directly.
    """

    parent: str | None
    meta: dict[str, Any]
    keys: list[str]


def path_of(draft: Draft) -> Path:
    """The groups that a draft's remark names."""
    return tuple(dict.fromkeys(label for label in draft.remark.get("group", ()) if isinstance(label, str)))


def groups_of(drafts: Iterable[Draft]) -> dict[str, CellGroup]:
    """The groups of a cell by label, those around others first."""
    found: dict[str, CellGroup] = {}
    looks: dict[str, Any] = {}
    for draft in drafts:
        looks.update(draft.remark.get("groups", {}))
        path = path_of(draft)
        for place, label in enumerate(path):
            if label not in found:
                look = looks.get(label)
                meta = {"name": label, **(look if isinstance(look, dict) else {})}
                found[label] = CellGroup(
                    path[place - 1] if place else None, {k: v for k, v in meta.items() if v != ""}, []
                )
        if path:
            found[path[-1]].keys.append(draft.key)
    return found


def group_remarks(nodes: Mapping[str, LiveNode]) -> dict[str, dict[str, Any]]:
    """What the remarks of nodes say of groups, by the keys of ``nodes``."""
    labels = _labels(nodes.values())
    told: set[str] = set()
    found: dict[str, dict[str, Any]] = {}
    for key, live in nodes.items():
        if not live.groups:
            continue
        looks = {}
        for group_id, meta in live.groups:
            look = {"name": "", **meta}
            if look["name"] == labels[group_id]:
                del look["name"]
            if look and group_id not in told:
                looks[labels[group_id]] = look
            told.add(group_id)
        found[key] = {"group": [labels[group_id] for group_id, _ in live.groups]} | ({"groups": looks} if looks else {})
    return found


def _labels(nodes: Iterable[LiveNode]) -> dict[str, str]:
    """A label for each group, its name if no other group has that."""
    labels: dict[str, str] = {}
    for live in nodes:
        for group_id, meta in live.groups:
            if group_id in labels:
                continue
            name = meta.get("name")
            base = name if isinstance(name, str) and name else "Group"
            label, number = base, 1
            while label in labels.values():
                number += 1
                label = f"{base} ({number})"
            labels[group_id] = label
    return labels
