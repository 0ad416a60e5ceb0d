"""The drafts of a cell while it is read: who they are, who reads what, and who has to run before whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funcnodes_jupyter.convert.cells.draft import Draft, Wire

_STATELESS = frozenset({"builtins", "operator", "math", ""})
"""Modules whose functions neither keep anything nor look at what others did."""


class Board:
    """Holds drafts in the order in which Python would run them."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self._readers: dict[str, list[str]] = {}
        self._changer: dict[str, str] = {}
        self._object: dict[str, str] = {}
        """Of a draft that changes what it gets and hands it on: the draft that made it first."""

    def free_key(self, wanted: str) -> str:
        """``wanted``, or with a number behind it when another draft has that key."""
        key, number = wanted, 1
        while key in self.drafts:
            number += 1
            key = f"{wanted}_{number}"
        return key

    def put(self, draft: Draft) -> Wire:
        """Take a draft up; returns its first output."""
        sources = dict.fromkeys(source.key for source in draft.inputs.values() if isinstance(source, Wire))
        for key in dict.fromkeys([*map(self._maker, sources), *_modules_of(draft)]):
            self._readers.setdefault(key, []).append(draft.key)
            self._run_after(draft, self._changer.get(key))
        self.drafts[draft.key] = draft
        return Wire(draft.key, next(iter(draft.outputs or draft.class_outputs), "out"))

    def changes(self, draft: Draft, wires: Sequence[Wire]) -> None:
        """``draft`` changes what these wires bring, and perhaps what comes with it.

        It runs after all that read it before; what reads it by another name from now on runs after the change.
        """
        keys = dict.fromkeys(self._maker(wire.key) for wire in wires)
        self._changes(draft, keys)
        first = next(iter(keys), draft.key)
        for key in (draft.key, *keys):
            if key != first:
                self._object[key] = first
                self._readers.setdefault(first, []).extend(self._readers.pop(key, ()))

    def _maker(self, key: str) -> str:
        while key in self._object:
            key = self._object[key]
        return key

    def does(self, draft: Draft) -> None:
        """``draft`` is a call for what it does to its module: other calls of that come before or after it."""
        self._changes(draft, _modules_of(draft))

    def _changes(self, draft: Draft, keys: Iterable[str]) -> None:
        for key in keys:
            for reader in self._readers.get(key, ()):
                self._run_after(draft, reader)
            self._run_after(draft, self._changer.get(key))
            self._changer[key] = draft.key

    def _run_after(self, draft: Draft, key: str | None) -> None:
        fed = any(isinstance(source, Wire) and source.key == key for source in draft.inputs.values())
        if key is not None and key != draft.key and not fed and key not in draft.after:
            draft.after.append(key)


def _modules_of(draft: Draft) -> list[str]:
    """The modules whose state a node may read or change: that of what it calls, or those that its code imports."""
    if draft.node_id.startswith("py:"):
        modules = {draft.node_id.removeprefix("py:").rpartition(".")[0]}
    else:
        modules = {statement.split()[1] for statement in draft.properties.get("imports", ())}
    return [f"module {module}" for module in sorted(modules - _STATELESS)]
